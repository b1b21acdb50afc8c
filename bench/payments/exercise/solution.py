"""A worked solution of the levels 1 and 2. Everything is kept in memory: what survives a kill is a later level."""

import copy
import hashlib
import http.client
import json
import os
import re
import secrets
import sys
import threading
import time
from urllib.parse import urlsplit

CLOCK_MS = int(os.environ.get("CASEMARK_CLOCK_MS", "0"))
WORLD = urlsplit(os.environ.get("CASEMARK_WORLD_URL", "http://127.0.0.1:1"))
TABLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "contract", "iso4217.json")
with open(TABLE, encoding="utf-8") as file:
    EXPONENTS = {row["code"]: row["exponent"] for row in json.load(file)["currencies"]}
MAX_MINOR = 2**53 - 1


class Refusal(Exception):
    """A refusal with a code of contract/errors.json."""

    def __init__(self, code, detail=None, **members):
        super().__init__(code)
        self.problem = {"code": code, **({} if detail is None else {"detail": detail}), **members}


class Reply:
    """An output with headers beside it, where the contract gives them a meaning."""

    def __init__(self, output, headers):
        self.output = output
        self.headers = headers


class NotSupported(Exception):
    pass


# --- Shapes of requests. A message tells where it is wrong, never what was there: that may be a card number.


def require(holds, where):
    if not holds:
        raise Refusal("INVALID_REQUEST", f"{where} does not have the message's shape")


def matches(pattern):
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def integer(least, most):
    # True is an int in Python, and 10.0 is none of JSON's integers to us.
    return lambda value: type(value) is int and least <= value <= most


def one_of(*values):
    return lambda value: isinstance(value, str) and value in values


def list_of(item):
    return lambda value: isinstance(value, list) and all(item(each) for each in value)


def is_bool(value):
    return isinstance(value, bool)


def is_fraction(value):
    return type(value) in (int, float) and 0 <= value <= 1


def shape(required, optional=None):
    """A predicate of objects that have the required fields, perhaps the optional ones, and no others."""
    fields = {**required, **(optional or {})}

    def fits(value):
        return (
            isinstance(value, dict)
            and required.keys() <= value.keys() <= fields.keys()
            and all(fields[name](each) for name, each in value.items())
        )

    return fits


ID = matches(r"[A-Za-z0-9_.-]{1,36}")
LONG_ID = matches(r"[A-Za-z0-9_.-]{1,64}")
COUNTRY = matches(r"[A-Z]{2}")
CURRENCY = matches(r"[A-Z]{3}")
AMOUNT = integer(1, MAX_MINOR)
METHODS = {
    "card": shape(
        {
            "type": one_of("card"),
            "number": matches(r"[0-9]{12,19}"),
            "expMonth": integer(1, 12),
            "expYear": integer(2000, 2100),
            "cvc": matches(r"[0-9]{3,4}"),
        }
    ),
    "iban": shape({"type": one_of("iban"), "iban": matches(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{8,30}")}),
    "wallet": shape({"type": one_of("wallet"), "walletToken": matches(r"[A-Za-z0-9_.-]{8,64}")}),
}


def method(value):
    return any(fits(value) for fits in METHODS.values())


SHAPES = {
    "putNetwork": shape(
        {"networkId": ID},
        {
            "fraud": shape({"reviewFrom": is_fraction, "blockAbove": is_fraction}),
            "maxProviderAttempts": integer(1, 10),
            "callTimeoutMs": integer(50, 30_000),
            "authorizationTtlMs": integer(1_000, 31_536_000_000),
            "fee": shape({"bps": integer(0, 10_000), "fixedMinor": integer(0, 10**9)}),
        },
    ),
    "putRegion": shape(
        {
            "networkId": ID,
            "regionId": ID,
            "countries": list_of(COUNTRY),
            "providers": list_of(shape({"providerId": ID, "priority": integer(0, 1_000)})),
            "compliance": shape(
                {
                    "sanctionedCountries": list_of(COUNTRY),
                    "blockedMethods": list_of(one_of(*METHODS)),
                    "dataResidency": is_bool,
                },
                {"maxAmountMinor": AMOUNT},
            ),
        },
        {"backupRegionId": ID},
    ),
    "setRegionState": shape({"networkId": ID, "regionId": ID, "up": is_bool}),
    "putMerchant": shape(
        {"merchantId": ID, "networkId": ID, "country": COUNTRY},
        {
            "settlementCurrency": CURRENCY,
            "webhook": shape({"url": matches(r"http://.{0,293}"), "secret": matches(r".{16,100}")}),
        },
    ),
    "createPayment": shape(
        {
            "idempotencyKey": LONG_ID,
            "merchantId": ID,
            "amountMinor": AMOUNT,
            "currency": CURRENCY,
            "paymentMethod": method,
            "customer": shape({"country": COUNTRY, "deviceId": ID, "name": matches(r"(?s).{1,100}")}),
        },
        {
            "captureMethod": one_of("automatic", "manual"),
            "confirm": is_bool,
            "splits": list_of(shape({"merchantId": ID, "weight": integer(1, 10**6)})),
            "description": matches(r"(?s).{0,200}"),
        },
    ),
    "confirmPayment": shape(
        {"idempotencyKey": LONG_ID, "paymentId": LONG_ID},
        {"paymentMethod": method, "expectedVersion": integer(1, MAX_MINOR)},
    ),
    "getPayment": shape({"paymentId": LONG_ID}),
}


def check_digits(given):
    if given["type"] == "card":
        digits = [int(digit) for digit in reversed(given["number"])]
        doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
        holds = (sum(digits[0::2]) + sum(doubled)) % 10 == 0
    elif given["type"] == "iban":
        turned = given["iban"][4:] + given["iban"][:4]
        holds = int("".join(str(int(each, 36)) for each in turned)) % 97 == 1
    else:
        holds = True
    if not holds:
        raise Refusal("INVALID_PAYMENT_METHOD")


# --- Outside services


class Unreachable(Exception):
    """Nobody was there: the request was not received."""


class Unanswered(Exception):
    """No usable answer: what the request has done is not known."""


def no_constant(name):
    raise ValueError(f"{name} is no JSON")


def ask(path, body, timeout_ms):
    """@returns (status, document); the whole call ends after timeout_ms."""
    until = time.monotonic() + timeout_ms / 1_000
    connection = http.client.HTTPConnection(WORLD.hostname, WORLD.port, timeout=timeout_ms / 1_000)
    try:
        try:
            connection.connect()
        except OSError as error:
            raise Unreachable() from error
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        response = connection.getresponse()
        text = b""
        while part := response.read1(65_536):
            text += part
            left = until - time.monotonic()
            if left <= 0 or len(text) > 1_000_000:
                raise Unanswered()
            # The limit of a socket is one of each read, so it shrinks.
            if connection.sock is not None:
                connection.sock.settimeout(left)
        if response.status >= 300:
            return response.status, None
        return response.status, json.loads(text, parse_constant=no_constant)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unanswered() from error
    finally:
        connection.close()


def answer_of(path, body, timeout_ms):
    """The document of a 2xx answer, or None for anything else."""
    try:
        _, document = ask(path, body, timeout_ms)
    except (Unreachable, Unanswered):
        return None
    return document if isinstance(document, dict) else None


# --- Settings: whole objects that are swapped, so that a command works on what it has read when it began.

networks, merchants = {}, {}
regions = {}  # From the network's id to its regions by id; the one that was put last comes last.
NETWORK_DEFAULTS = {
    "fraud": {"reviewFrom": 0.65, "blockAbove": 0.8},
    "maxProviderAttempts": 3,
    "callTimeoutMs": 1_000,
    "authorizationTtlMs": 7 * 86_400_000,
    "fee": {"bps": 0, "fixedMinor": 0},
}


def put_network(given):
    networks[given["networkId"]] = {**NETWORK_DEFAULTS, **given}
    regions.setdefault(given["networkId"], {})
    return networks[given["networkId"]]


def network_of(given):
    if given["networkId"] not in networks:
        raise Refusal("UNKNOWN_NETWORK")
    return given["networkId"]


def put_region(given):
    of_network = dict(regions[network_of(given)])
    before = of_network.pop(given["regionId"], None)
    priorities = [each["priority"] for each in given["providers"]]
    require(0 < len(set(priorities)) == len(priorities), "providers")
    of_network[given["regionId"]] = {**given, "up": before is None or before["up"]}
    regions[given["networkId"]] = of_network
    return shown_region(of_network[given["regionId"]])


def shown_region(region):
    return {name: region[name] for name in ("networkId", "regionId", "up", "countries", "providers")}


def set_region_state(given):
    of_network = regions[network_of(given)]
    if given["regionId"] not in of_network:
        raise Refusal("UNKNOWN_REGION")
    changed = {**of_network[given["regionId"]], "up": given["up"]}
    # Written over in its place: who was put last stays last.
    regions[given["networkId"]] = {**of_network, given["regionId"]: changed}
    return shown_region(changed)


def put_merchant(given):
    network_of(given)
    if given.get("settlementCurrency", "EUR") not in EXPONENTS:
        raise Refusal("UNSUPPORTED_CURRENCY")
    merchants[given["merchantId"]] = given
    shown = {name: given[name] for name in ("merchantId", "networkId", "country")}
    return {**shown, "settlementCurrency": given.get("settlementCurrency")}


def home_region(merchant):
    """@raises Refusal NO_ROUTE where no region serves its country"""
    for region in reversed(list(regions[merchant["networkId"]].values())):
        if merchant["country"] in region["countries"]:
            return region
    raise Refusal("NO_ROUTE")


def carrier(merchant):
    """The region that carries the merchant's payments now."""
    home = home_region(merchant)
    if home["up"]:
        return home
    backup = regions[merchant["networkId"]].get(home.get("backupRegionId"))
    if backup is None or not backup["up"] or home["compliance"]["dataResidency"]:
        raise Refusal("NO_ROUTE_AVAILABLE")
    return backup


# --- Payments


class Payment:
    def __init__(self, given, masked, token):
        self.lock = threading.Lock()
        self.customer = given["customer"]
        self.token = token
        self.shown = {
            "paymentId": "pay_" + secrets.token_hex(12),
            "merchantId": given["merchantId"],
            "status": "requires_confirmation",
            "amountMinor": given["amountMinor"],
            "currency": given["currency"],
            "amountDecimal": amount_decimal(given["amountMinor"], EXPONENTS[given["currency"]]),
            "amountCapturableMinor": 0,
            "amountReceivedMinor": 0,
            "amountRefundedMinor": 0,
            "captureMethod": given.get("captureMethod", "automatic"),
            "paymentMethod": masked,
            "regionId": None,
            "route": [],
            "risk": {"level": "unknown", "decision": "none"},
            "declineCode": None,
            "cancellationReason": None,
            "settlement": None,
            "allocations": [],
            "authorizationExpiresAtMs": None,
            "createdMs": CLOCK_MS,
            "version": 1,
        }

    @property
    def id(self):
        return self.shown["paymentId"]

    def change(self, **fields):
        self.shown = {**self.shown, **fields, "version": self.shown["version"] + 1}

    def decline(self, code):
        self.change(status="requires_payment_method", declineCode=code)
        raise Refusal("DECLINED", declineCode=code, paymentId=self.id)

    def refuse(self, code):
        self.change(status="requires_confirmation")
        raise Refusal(code, paymentId=self.id)


payments = {}


def amount_decimal(minor, exponent):
    if exponent == 0:
        return str(minor)
    digits = str(minor).rjust(exponent + 1, "0")
    return f"{digits[:-exponent]}.{digits[-exponent:]}"


def payment_of(given):
    payment = payments.get(given["paymentId"])
    if payment is None:
        raise Refusal("UNKNOWN_PAYMENT")
    return payment


def checked_merchant(merchant_id, currency):
    """@raises Refusal where a payment in the currency cannot be taken for it"""
    merchant = merchants.get(merchant_id)
    if merchant is None:
        raise Refusal("UNKNOWN_MERCHANT")
    # Rates come with a later level.
    if merchant.get("settlementCurrency", currency) != currency:
        raise Refusal("NO_RATE")
    return merchant


def tokenize(given, timeout_ms):
    """@returns (what may be shown of the method, its token); the token is None where the vault gives none"""
    answer = answer_of("/vault/tokens", given, timeout_ms)
    token, last4, fingerprint = ((answer or {}).get(name) for name in ("token", "last4", "fingerprint"))
    if not all(isinstance(each, str) and each for each in (token, last4, fingerprint)):
        secret = given.get("number") or given.get("iban") or given["walletToken"]
        return {"type": given["type"], "last4": secret[-4:], "fingerprint": "none"}, None
    return {"type": given["type"], "last4": last4, "fingerprint": fingerprint}, token


def create_payment(given):
    if given["currency"] not in EXPONENTS:
        raise Refusal("UNSUPPORTED_CURRENCY")
    check_digits(given["paymentMethod"])
    if "splits" in given:
        raise Refusal("NOT_SUPPORTED", "splits come with a later level")
    merchant = checked_merchant(given["merchantId"], given["currency"])
    network = networks[merchant["networkId"]]
    is_confirmed = given.get("confirm", True)
    region = carrier(merchant) if is_confirmed else None
    payment = Payment(given, *tokenize(given["paymentMethod"], network["callTimeoutMs"]))
    payments[payment.id] = payment
    with payment.lock:
        if is_confirmed:
            confirm(payment, merchant, network, region)
        return payment.shown


def confirm_payment(given):
    payment = payment_of(given)
    if "paymentMethod" in given:
        check_digits(given["paymentMethod"])
    with payment.lock:
        shown = payment.shown
        if given.get("expectedVersion", shown["version"]) != shown["version"]:
            raise Refusal("VERSION_CONFLICT")
        needs_method = shown["status"] == "requires_payment_method" or payment.token is None
        is_allowed = shown["status"] in ("requires_confirmation", "requires_payment_method")
        if not is_allowed or (needs_method and "paymentMethod" not in given):
            raise Refusal("INVALID_STATE")
        merchant = checked_merchant(shown["merchantId"], shown["currency"])
        network, region = networks[merchant["networkId"]], carrier(merchant)
        if "paymentMethod" in given:
            masked, payment.token = tokenize(given["paymentMethod"], network["callTimeoutMs"])
            payment.change(paymentMethod=masked)
        confirm(payment, merchant, network, region)
        return payment.shown


def confirm(payment, merchant, network, region):
    """The steps of the brief, each of which may end it."""
    payment.change(status="processing", regionId=region["regionId"], declineCode=None)
    if payment.token is None:
        payment.refuse("VAULT_UNAVAILABLE")
    decision = risk_decision(payment, network)
    violates = violates_rules(payment, region["compliance"], network["callTimeoutMs"])
    if violates:
        payment.decline("COMPLIANCE_VIOLATION")
    if decision == "block":
        payment.decline("FRAUD_SUSPECTED")
    if decision == "review":
        payment.change(status="requires_review")
        return
    charge(payment, merchant, network, region)


def about(payment, *names):
    return {"paymentId": payment.id, **{name: payment.shown[name] for name in names}}


def risk_decision(payment, network):
    question = {
        **about(payment, "merchantId", "amountMinor", "currency"),
        "deviceId": payment.customer["deviceId"],
        "customerCountry": payment.customer["country"],
        "fingerprint": payment.shown["paymentMethod"]["fingerprint"],
    }
    score = (answer_of("/fraud/scores", question, network["callTimeoutMs"]) or {}).get("score")
    if not is_fraction(score):
        payment.change(risk={"level": "unknown", "decision": "unavailable"})
        payment.refuse("FRAUD_UNAVAILABLE")
    level, decision = "normal", "allow"
    if score > network["fraud"]["blockAbove"]:
        level, decision = "highest", "block"
    elif score >= network["fraud"]["reviewFrom"]:
        level, decision = "elevated", "review"
    payment.change(risk={"level": level, "decision": decision})
    return decision


def violates_rules(payment, rules, timeout_ms):
    shown, customer = payment.shown, payment.customer
    if (
        customer["country"] in rules["sanctionedCountries"]
        or shown["paymentMethod"]["type"] in rules["blockedMethods"]
        or shown["amountMinor"] > rules.get("maxAmountMinor", MAX_MINOR)
    ):
        return True
    person = {"name": customer["name"], "country": customer["country"]}
    question = {**about(payment, "merchantId"), **person}
    match = (answer_of("/sanctions/screenings", question, timeout_ms) or {}).get("match")
    if not is_bool(match):
        payment.refuse("COMPLIANCE_UNAVAILABLE")
    return match


def charge(payment, merchant, network, region):
    by_priority = sorted(region["providers"], key=lambda each: each["priority"])
    for provider in by_priority[: network["maxProviderAttempts"]]:
        outcome, document = attempt(payment, provider["providerId"], network["callTimeoutMs"])
        number = len(payment.shown["route"]) + 1
        tried = {"attempt": number, "providerId": provider["providerId"], "outcome": outcome}
        payment.change(route=[*payment.shown["route"], tried])
        if outcome == "approved":
            return approve(payment, network)
        if outcome == "declined":
            payment.decline(document.get("declineCode") or "CARD_DECLINED")
        if outcome == "unknown":
            # It may be booked, so nobody else is asked. Finding out is a later level: it stays in processing.
            return None
    return payment.refuse("NO_ROUTE_AVAILABLE")


def attempt(payment, provider_id, timeout_ms):
    """@returns (outcome, the provider's answer)"""
    request = {
        **about(payment, "merchantId", "amountMinor", "currency"),
        "providerId": provider_id,
        "reference": f"{payment.id}.{secrets.token_hex(6)}",
        "token": payment.token,
        "capture": payment.shown["captureMethod"] == "automatic",
    }
    try:
        status, document = ask(f"/providers/{provider_id}/charges", request, timeout_ms)
    except Unreachable:
        return "retryable-error", None
    except Unanswered:
        return "unknown", None
    if status >= 500:
        return "retryable-error", None
    if not isinstance(document, dict) or "status" not in document:
        return "unknown", None
    return ("declined" if document["status"] == "declined" else "approved"), document


def approve(payment, network):
    amount = payment.shown["amountMinor"]
    if payment.shown["captureMethod"] == "manual":
        expires = CLOCK_MS + network["authorizationTtlMs"]
        payment.change(
            status="requires_capture", amountCapturableMinor=amount, authorizationExpiresAtMs=expires
        )
        return
    # Rounded up: the negative of a division of the negative, which Python rounds down.
    share = -(-amount * network["fee"]["bps"] // 10_000)
    fee = min(share + network["fee"]["fixedMinor"], amount)
    settlement = {"currency": payment.shown["currency"], "grossMinor": amount, "feeMinor": fee}
    payment.change(
        status="succeeded",
        amountReceivedMinor=amount,
        settlement={**settlement, "netMinor": amount - fee, "rate": None},
    )


# --- Idempotency


class Kept:
    """The first request under a key, and its reply as soon as there is one."""

    def __init__(self, digest):
        self.digest = digest
        self.is_done = threading.Event()
        self.outcome = None


kept_by_key = {}
keys_lock = threading.Lock()
# Requests are compared by a keyed digest: they hold card numbers.
DIGEST_KEY = secrets.token_bytes(32)


def once(operation, carry_out):
    def command(given):
        rest = {name: each for name, each in given.items() if name != "idempotencyKey"}
        text = json.dumps([operation, rest], sort_keys=True)
        digest = hashlib.blake2b(text.encode(), key=DIGEST_KEY).digest()
        while True:
            with keys_lock:
                kept = kept_by_key.get(given["idempotencyKey"])
                if kept is None:
                    mine = kept_by_key[given["idempotencyKey"]] = Kept(digest)
                    break
            if kept.digest != digest:
                raise Refusal("IDEMPOTENCY_KEY_REUSED")
            kept.is_done.wait()
            if kept.outcome is not None:
                return replayed(kept.outcome)
            # The first was refused without effect and has left the key: this one tries anew.
        try:
            mine.outcome = copy.deepcopy(carry_out(given))
            return mine.outcome
        except Refusal as refusal:
            if refusal.problem["code"] == "DECLINED":
                mine.outcome = refusal
            raise
        finally:
            if mine.outcome is None:
                with keys_lock:
                    del kept_by_key[given["idempotencyKey"]]
            mine.is_done.set()

    return command


REPLAYED = {"Idempotent-Replayed": "true"}


def replayed(outcome):
    if isinstance(outcome, Refusal):
        again = Refusal(outcome.problem["code"])
        again.problem = outcome.problem
        again.headers = REPLAYED
        raise again
    if outcome["status"] == "processing":
        return Reply(payments[outcome["paymentId"]].shown, REPLAYED)
    return Reply(outcome, REPLAYED)


# --- Requests


OPERATIONS = {
    "putNetwork": put_network,
    "putRegion": put_region,
    "putMerchant": put_merchant,
    "createPayment": once("createPayment", create_payment),
    "getPayment": lambda given: payment_of(given).shown,
    "setRegionState": set_region_state,
    "confirmPayment": once("confirmPayment", confirm_payment),
}

write_lock = threading.Lock()


def write(line):
    text = json.dumps({"jsonrpc": "2.0", **line}, separators=(",", ":")) + "\n"
    with write_lock:
        sys.stdout.write(text)
        sys.stdout.flush()


def answer(operation_name, params):
    operation = OPERATIONS.get(operation_name)
    if operation is None:
        raise NotSupported(operation_name)
    require(SHAPES[operation_name](params), operation_name)
    return operation(params)


def handle(request):
    operation_name, number = request["method"], request["id"]
    try:
        output = answer(operation_name, request.get("params", {}))
        if isinstance(output, Reply):
            write({"id": number, "result": output.output, "headers": output.headers})
        else:
            write({"id": number, "result": output})
    except NotSupported as missing:
        write({"id": number, "error": {"code": -32601, "message": f"{missing} is not supported yet"}})
    except Refusal as refusal:
        error = {"code": -32000, "message": refusal.problem["code"], "data": refusal.problem}
        write({"id": number, "error": error, "headers": getattr(refusal, "headers", {})})
    except Exception as error:  # A fault of ours: whether it had an effect is unknown.
        print(f"{operation_name}: {error!r}", file=sys.stderr)
        write({"id": number, "error": {"code": -32603, "message": type(error).__name__}})


# One thread a request: an outside service that is slow keeps nobody else waiting.
for line in sys.stdin:
    threading.Thread(target=handle, args=(json.loads(line),), daemon=True).start()
