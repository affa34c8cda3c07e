"""Starts an SMTP server on a free port of the loopback and prints {"port", "file"} as a line of JSON. Each letter that it takes is
a line of JSON in the file: {"to", "subject", "text"}. Ends when its input does."""
import asyncio
import email
import json
import os
import sys
import tempfile

from aiosmtpd.smtp import SMTP

handle, path = tempfile.mkstemp(prefix="patchbay-letters-")


class Handler:
    async def handle_DATA(self, server, session, envelope):
        letter = email.message_from_bytes(envelope.content)
        line = json.dumps({
            "to": envelope.rcpt_tos[0], "subject": letter["Subject"],
            "text": letter.get_payload(decode=True).decode("utf-8", "replace")})
        os.write(handle, (line + "\n").encode())
        return "250 taken"


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Handler(), hostname="test"), "127.0.0.1", 0)
    print(json.dumps({"port": server.sockets[0].getsockname()[1], "file": path}), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    os.unlink(path)


asyncio.run(main())
