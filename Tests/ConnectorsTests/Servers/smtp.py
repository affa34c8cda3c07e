"""Starts two SMTP servers on free ports of the loopback, one in the open and one behind TLS with a certificate of its own,
and prints their ports as a line of JSON. What they take, with its envelope, is answered as JSON to who connects to the
third port. `refused@…` is refused as a recipient; `busy@…` is, for now. Ends when its input does."""
import asyncio
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult
import certificates
import ports

taken = []


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused@"):
            return "550 no such user"
        if address.startswith("busy@"):
            return "451 later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        taken.append({
            "from": envelope.mail_from, "to": envelope.rcpt_tos, "data": envelope.content.decode("utf-8", "replace"),
            "user": getattr(session.auth_data, "login", b"").decode(), "tls": session.ssl is not None})
        return "250 taken"


def authenticate(server, session, envelope, mechanism, data):
    return AuthResult(success=data.login == b"ada" and data.password == b"s3cret-pass", handled=False, auth_data=data)


async def main():
    loop = asyncio.get_running_loop()
    file = certificates.make()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file.name)
    options = {"authenticator": authenticate, "hostname": "test"}
    open_server = await loop.create_server(
        lambda: SMTP(Handler(), auth_require_tls=False, **options), sock=ports.take())
    tls_server = await loop.create_server(
        lambda: SMTP(Handler(), tls_context=context, require_starttls=True, **options), sock=ports.take())

    async def show(reader, writer):
        writer.write(json.dumps(taken).encode())
        writer.write_eof()

    shown = await asyncio.start_server(show, "127.0.0.1", 0)
    numbers = [server.sockets[0].getsockname()[1] for server in (open_server, tls_server, shown)]
    print(json.dumps({"port": numbers[0], "tls": numbers[1], "taken": numbers[2]}), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
