"""A worker that asks before it pays, and reads the user's own device.

HAWSER_URL=http://localhost:8080 HAWSER_WORKER_KEY=$(hawser token --worker --tenant acme --user worker) python worker.py
"""

import os

from hawser import Context, DeviceError, Worker

worker = Worker(os.environ.get("HAWSER_URL", "http://localhost:8080"), key=os.environ["HAWSER_WORKER_KEY"])


@worker.agent("clerk")
async def clerk(ctx: Context) -> None:
    match ctx.message.split():
        case ["pay", amount]:
            decision = await ctx.approve("pay", {"amount": float(amount)}, reason=f"You asked me to pay {amount}.")
            if decision:
                await ctx.text(f"Paid {decision.args['amount']:g}.")
            else:
                await ctx.text("Then I leave it.")
        case ["read", path]:
            await ctx.thinking(f"I need {path} from the device.")
            try:
                await ctx.text(f"It says: {await ctx.call_device('read_file', {'path': path}, timeout=20)}")
            except DeviceError as e:
                await ctx.text(f"I could not read it ({e.code}).")
        case _:
            for word in ctx.message.split():
                await ctx.text(word + " ")


if __name__ == "__main__":
    worker.run()
