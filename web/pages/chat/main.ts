import "../../elements/index.js";
import { HawserChatPage } from "./page.js";

customElements.define("hawser-chat-page", HawserChatPage);
