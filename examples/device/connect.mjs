// What a device says to the gateway: offers tools, runs those that are called, and comes back when its wire is lost. Needs
// nothing but WebSocket, so it runs in Node 22 or newer, in Electron's main process and in pages.

/**
 * @param device.url    the gateway, such as http://localhost:8080
 * @param device.token  of the device's user; asked for again before each connection if it is a function
 * @param device.id     names the device among its user's; a second one of that name takes the place of the first
 * @param device.tools  by name: {description, parameters: a JSON Schema, run(arguments): a result, or it throws}
 * @param device.told   called with what happens: "connected", or "refused" with the reason, which is the end
 */
export function connect({ url, token, id, tools, told = () => {} }, wait = 500) {
  const again = () => connect({ url, token, id, tools, told }, Math.min(30_000, wait * 2));
  const later = () => setTimeout(again, wait * (0.5 + Math.random() / 2));
  Promise.resolve(typeof token === "function" ? token() : token).then(open, later);

  function open(credential) {
    const address = new URL("/api/v1/ws/device", url.replace(/^http/, "ws"));
    if (credential) address.searchParams.set("token", credential);
    const wire = new WebSocket(address);
    const send = (frame) => wire.readyState === WebSocket.OPEN && wire.send(JSON.stringify(frame));
    wire.onopen = () => {
      const offered = Object.entries(tools).map(([name, { description, parameters }]) => ({
        name,
        description,
        parameters,
      }));
      send({ type: "device_hello", device_id: id, tools: offered });
      told("connected");
      wait = 500;
    };
    wire.onmessage = async ({ data }) => {
      const frame = JSON.parse(data);
      if (frame.type === "ping") send({ type: "pong" });
      if (frame.type === "tool_call") send(await answer(tools, frame));
    };
    wire.onclose = ({ code, reason }) => {
      // Refused, or replaced by a newer connection of the same device: there is no use in coming back.
      if (code === 1008 || code === 4007) told("refused", reason || code);
      else later();
    };
  }
}

async function answer(tools, { id, name, arguments: args }) {
  try {
    return { type: "tool_result", id, result: await tools[name].run(args ?? {}) };
  } catch (error) {
    return { type: "tool_result", id, error: error.message };
  }
}
