"""A mail server for tests: aiosmtpd (PyPI) as it comes. `server.py FOLDER [auth] [tls]` writes its port into FOLDER/port
and each mail into FOLDER/<number>.json before it says that it has it.

Mails to "gone@…" are refused for good, and to "later@…" as long as FOLDER/open does not exist. With "auth" it wants the
user and the password that are written below, with "tls" STARTTLS by FOLDER/certificate.pem and key.pem before a mail.
"""

import asyncio
import email
import email.policy
import json
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

folder, options = sys.argv[1], sys.argv[2:]
count = 0


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address.startswith("gone@"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("later@") and not os.path.exists(f"{folder}/open"):
            return "451 4.3.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        global count
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        mail = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": session.ssl is not None,
            "user": session.auth_data,
            "headers": {name.lower(): str(value) for name, value in message.items()},
            "text": message.get_content(),
            "defects": [str(defect) for defect in message.defects],
        }
        count += 1
        with open(f"{folder}/{count}.json", "w") as out:
            json.dump(mail, out)
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    if data.login == b"mailout" and data.password == b"a mail password":
        return AuthResult(success=True, auth_data="mailout")
    return AuthResult(success=False, handled=False)


async def main():
    more = {}
    if "auth" in options:
        more |= {"auth_required": True, "authenticator": authenticate, "auth_require_tls": "tls" in options}
    if "tls" in options:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(f"{folder}/certificate.pem", f"{folder}/key.pem")
        more |= {"tls_context": context, "require_starttls": True}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Handler(), loop=loop, **more), "127.0.0.1", 0)
    with open(f"{folder}/port", "w") as out:
        out.write(str(server.sockets[0].getsockname()[1]))
    await server.serve_forever()


asyncio.run(main())
