export { type CutMoment, Faults } from "./faults.js";
export { FakeLog, type LoggedEvent } from "./log.js";
export { type FakeRun, FakeServer, type FakeServerOptions } from "./server.js";
export { FakeSocket } from "./socket.js";
