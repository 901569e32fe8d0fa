"""wire.py - the HTTP side of the stand-ins: requests in, answers out, one after the other on each connection."""
import asyncio


class Server:
    """Whoever stands in says in `exchange` what is answered; it returns whether the connection goes on."""

    async def start(self, port=0):
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", port, limit=1 << 20)
        self.port = self.server.sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{self.port}"

    async def _serve(self, reader, writer):
        try:
            while await self.exchange(writer, *await self._request(reader)):
                pass
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass  # the bot was killed, or the test is over
        finally:
            writer.close()

    @staticmethod
    async def _request(reader):
        """Method, target, headers by their names in small letters, body."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {k.lower(): v.strip() for k, _, v in (h.partition(":") for h in head[1:])}
        method, target = head[0].split()[:2]
        return method, target, headers, await reader.readexactly(int(headers.get("content-length", 0)))


async def answer(writer, code, body, headers=(), cut=False):
    """JSON, as bytes; `cut`: only half of it."""
    more = "".join(f"{k}: {v}\r\n" for k, v in dict(headers).items())
    writer.write(f"HTTP/1.1 {code} X\r\nContent-Type: application/json\r\n{more}Content-Length: {len(body)}\r\n\r\n".encode())
    writer.write(body[: len(body) // 2] if cut else body)
    await writer.drain()
