"""A mail server that takes everything and keeps nothing, as cheap as Python can make one.

    python -m bench.mail_sink [DELAY [plain]]

Each answer comes DELAY seconds after its command, like that of a relay so far away. Offers
PIPELINING unless told `plain`. Prints its port, and serves until its standard input is closed.
"""

from __future__ import annotations

import asyncio
import sys


class Sink(asyncio.Protocol):
    """One connection. Commands may come in groups; each is answered in its turn."""

    def __init__(self, delay: float, hello: bytes) -> None:
        self.delay, self.hello = delay, hello
        self.unread = b""
        self.in_body = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._answer(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.unread += data
        while True:
            end = b"\r\n.\r\n" if self.in_body else b"\r\n"
            head, found, rest = self.unread.partition(end)
            if not found:
                return
            self.unread = rest
            if self.in_body:
                self.in_body = False
                self._answer(b"250 kept\r\n")
                continue
            verb = head[:4].upper()
            self.in_body = verb == b"DATA"
            self._answer(
                b"354 go on\r\n"
                if self.in_body
                else self.hello
                if verb == b"EHLO"
                else b"250 ok\r\n"
            )

    def _answer(self, line: bytes) -> None:
        if self.delay:
            asyncio.get_running_loop().call_later(self.delay, self.transport.write, line)
        else:
            self.transport.write(line)


async def serve(delay: float, hello: bytes) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Sink(delay, hello), "127.0.0.1", 0, backlog=100)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    offers = b"250 sink\r\n" if "plain" in sys.argv else b"250-sink\r\n250 PIPELINING\r\n"
    asyncio.run(serve(float(sys.argv[1]) if sys.argv[1:] else 0.0, offers))
