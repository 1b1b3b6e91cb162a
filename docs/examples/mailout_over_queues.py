"""A program on Mailout's queues: orders a mailout, follows it to its end, and reads what became of each message.

    python3 mailout_over_queues.py amqp://integration-shop:password@host:port TAG TEXT

Needs pika, and an integration with the scopes mailouts:write, mailouts:read and messages:read.
"""

import json
import sys
import time
import uuid

import pika

address, tag, text = sys.argv[1:]
parameters = pika.URLParameters(address)
user = parameters.credentials.username  # integration-shop
events = user.replace("-", ".", 1) + ".events"  # integration.shop.events
connection = pika.BlockingConnection(parameters)
channel = connection.channel()

inbox = []
channel.basic_consume("amq.rabbitmq.reply-to", lambda _, __, properties, body: inbox.append((properties, json.loads(body))), auto_ack=True)


def ask(exchange: str, service: str, operation: str, data: dict, **attributes):
    """One command or query and its answer; exits with the problem where it is not done."""
    request = {"specversion": "1.0", "id": str(uuid.uuid4()), "source": "/shop", "type": operation, "data": data, **attributes}
    properties = pika.BasicProperties(user_id=user, reply_to="amq.rabbitmq.reply-to", correlation_id=request["id"])
    channel.basic_publish(exchange, f"{service}.{operation}", json.dumps(request), properties, mandatory=True)
    while not any(reply.correlation_id == request["id"] for reply, _ in inbox):
        connection.process_data_events(time_limit=20)
    reply, body = inbox.pop()
    if reply.type != "reply.ok.v1":
        sys.exit(f"{operation}: {body}")
    return body


# First listen, then order: so no event is missed.
channel.queue_bind(events, "mailout.events", "mailout.#")
end = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
order = {"text": text, "filter": {"tags": [tag]}, "end_at": end}
# Under the same key the same order is never carried out twice, however often it is sent.
mailout = ask("mailout.commands", "mailout-scheduler", "mailout.create.v1", order, idempotencykey=f"order-{uuid.uuid4()}")
print(f"mailout {mailout['id']} is {mailout['status']}")

for method, _, body in channel.consume(events, inactivity_timeout=60):
    if method is None:
        sys.exit("nothing has been heard for a minute")
    event = json.loads(body)
    channel.basic_ack(method.delivery_tag)  # what has been worked on; else it comes again
    if event["data"]["id"] == mailout["id"]:
        print(f"{event['type']}: {event['data']['status']}, {event['data']['issued']} messages")
        if event["type"] == "mailout.finished.v1":
            break

# Statistics hear of the last messages a moment later.
ended = []
while len(ended) < min(event["data"]["issued"], 100):
    page = ask("mailout.queries", "stats", "message.list.v1", {"filter": {"mailout_id": mailout["id"]}, "limit": 100})
    ended = [message for message in page["items"] if message["status"] not in ("queued", "retrying", "deferred")]
    connection.sleep(0.2)
for message in ended:
    print(f"customer {message['customer_id']}: {message['status']}")
connection.close()
