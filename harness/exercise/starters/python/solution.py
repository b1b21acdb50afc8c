"""The solution: begin in OPERATIONS. One JSON object a line comes in, one goes out; PROTOCOL.md tells how."""

import json
import os
import sys

# Everything that has to survive a kill belongs here, written before the reply goes out.
DATA_DIR = os.environ.get("CASEMARK_DATA_DIR", ".")
# The time now, in ms since 1970; only the contract's clock operation moves it, where it has one.
CLOCK_MS = int(os.environ.get("CASEMARK_CLOCK_MS", "0"))
# Outside services, where the case study has them.
WORLD_URL = os.environ.get("CASEMARK_WORLD_URL")


class Refusal(Exception):
    """A refusal with a code of contract/errors.json, and with headers where the contract gives them a meaning."""

    def __init__(self, code, detail=None, headers=None, **members):
        super().__init__(code)
        self.headers = headers
        self.problem = {"code": code, **({} if detail is None else {"detail": detail}), **members}


class Reply:
    """An output with headers beside it, where the contract gives them a meaning."""

    def __init__(self, output, headers):
        self.output = output
        self.headers = headers


# From the operation's name to a function of its input. What is not here is refused as not supported.
OPERATIONS = {
    # each operation: "NAME": lambda params: ...,
}

# From the stream's name to a function of its input and of the subscription: subscription.send(message) as often as you like.
STREAMS = {
    # each stream: "NAME": lambda params, subscription: ...,
}


class Subscription:
    def __init__(self, name):
        self.name = name
        self.is_open = True

    def send(self, message):
        if self.is_open:
            write({"method": "message", "params": {"subscription": self.name, "message": message}})

    def received(self, message):
        """What the subscriber sends up the stream, where the contract lets it: set it."""

    def closed(self):
        """Set it where something has to stop."""


subscriptions = {}


def write(line):
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **line}, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def subscribe(params):
    stream = STREAMS.get(params["stream"])
    if stream is None:
        raise NotSupported(params["stream"])
    subscription = Subscription(f"s{len(subscriptions) + 1}")
    # A stream that refuses leaves no subscription behind.
    stream(params["input"], subscription)
    subscriptions[subscription.name] = subscription
    return {"subscription": subscription.name}


def unsubscribe(params):
    subscription = subscriptions.get(params["subscription"])
    if subscription is not None and subscription.is_open:
        subscription.is_open = False
        subscription.closed()
    return {}


class NotSupported(Exception):
    pass


def answer(method, params):
    if method == "subscribe":
        return subscribe(params)
    if method == "unsubscribe":
        return unsubscribe(params)
    operation = OPERATIONS.get(method)
    if operation is None:
        raise NotSupported(method)
    return operation(params)


def received(params):
    subscription = subscriptions.get(params["subscription"])
    if subscription is None or not subscription.is_open:
        return
    try:
        subscription.received(params["message"])
    except Exception as error:  # A message is not answered, whatever becomes of it.
        print(f"send: {error!r}", file=sys.stderr)


def handle(request):
    method, params = request["method"], request.get("params", {})
    if method == "send":
        return received(params)
    number = request["id"]
    try:
        output = answer(method, params)
        if isinstance(output, Reply):
            write({"id": number, "result": output.output, "headers": output.headers})
        else:
            write({"id": number, "result": output})
    except NotSupported as missing:
        write({"id": number, "error": {"code": -32601, "message": f"{missing} is not supported yet"}})
    except Refusal as refusal:
        error = {"code": -32000, "message": refusal.problem["code"], "data": refusal.problem}
        write({"id": number, "error": error, **({"headers": refusal.headers} if refusal.headers else {})})
    except Exception as error:  # A fault of ours: whether it had an effect is unknown.
        print(f"{method}: {error!r}", file=sys.stderr)
        write({"id": number, "error": {"code": -32603, "message": repr(error)}})


sys.stdin.reconfigure(encoding="utf-8")
for line in sys.stdin:
    handle(json.loads(line))
