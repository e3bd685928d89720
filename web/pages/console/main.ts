import { HawserConsole } from "./console.js";

customElements.define("hawser-console", HawserConsole);
