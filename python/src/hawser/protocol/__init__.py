"""The protocols without input or output: values in, values out. No socket, no clock, no task, no randomness of their own.

`standard` is the client's side of the `standard` dialect over WebSocket, `worker` the agent's side over HTTP, `backoff`
the retry policy of both. The shells in `hawser.client` and `hawser.worker` own the sockets.
"""
