//! The solution: begin in `operation`. One JSON object a line comes in, one goes out; PROTOCOL.md tells how.

mod json;

use json::{object, text, Json};
use std::io::{self, BufRead, Write};

/// An output, with headers beside it where the contract gives them a meaning. `output.into()` has none.
struct Reply {
    output: Json,
    /// An object of strings, or Null.
    headers: Json,
}

impl From<Json> for Reply {
    fn from(output: Json) -> Self {
        Reply { output, headers: Json::Null }
    }
}

/// Why there is no output.
#[allow(dead_code)]
enum Failure {
    /// A problem with a `code` of contract/errors.json, and headers as a Reply has them.
    Refused { problem: Json, headers: Json },
    NotSupported(String),
    /// A fault of ours: whether it had an effect is unknown.
    Internal(String),
}

/// A refusal with a code of contract/errors.json.
#[allow(dead_code)]
fn refused(code: &str, detail: &str) -> Failure {
    Failure::Refused { problem: object([("code", text(code)), ("detail", text(detail))]), headers: Json::Null }
}

/// What is kept between requests.
#[allow(dead_code)]
struct State {
    /// Everything that has to survive a kill belongs here, written before the reply goes out.
    data_dir: String,
    /// The time now, in ms since 1970; only the contract's clock operation moves it, where it has one.
    clock_ms: i64,
    /// Outside services, where the case study has them.
    world_url: Option<String>,
    subscriptions: Vec<Subscription>,
}

#[allow(dead_code)]
struct Subscription {
    name: String,
    stream: String,
    is_open: bool,
}

#[allow(dead_code)]
impl Subscription {
    fn send(&self, message: Json) {
        if self.is_open {
            let params = object([("subscription", text(&self.name)), ("message", message)]);
            write(object([("method", text("message")), ("params", params)]));
        }
    }
}

/// One arm an operation. What is not here is refused as not supported.
fn operation(_state: &mut State, name: &str, _params: &Json) -> Result<Reply, Failure> {
    match name {
        // each operation: "NAME" => ...,
        _ => Err(Failure::NotSupported(name.to_string())),
    }
}

/// One arm a stream: `subscription.send(message)` now, and later by `state.subscriptions`.
fn open_stream(_state: &mut State, name: &str, _input: &Json) -> Result<Subscription, Failure> {
    match name {
        // each stream: "NAME" => ...,
        _ => Err(Failure::NotSupported(name.to_string())),
    }
}

/// What a subscriber sends up a stream, where the contract lets it.
fn received(_state: &mut State, _subscription: &str, _message: &Json) {}

fn main() {
    let setting = |name: &str| std::env::var(name).ok();
    let mut state = State {
        data_dir: setting("CASEMARK_DATA_DIR").unwrap_or_else(|| ".".to_string()),
        clock_ms: setting("CASEMARK_CLOCK_MS").and_then(|ms| ms.parse().ok()).unwrap_or(0),
        world_url: setting("CASEMARK_WORLD_URL"),
        subscriptions: Vec::new(),
    };
    for line in io::stdin().lock().lines().map_while(Result::ok) {
        match Json::read(&line) {
            Ok(request) => handle(&mut state, &request),
            Err(problem) => eprintln!("{problem}"),
        }
    }
}

fn handle(state: &mut State, request: &Json) {
    let method = request.get("method").as_str().unwrap_or_default();
    let params = request.get("params");
    if method == "send" {
        let name = params.get("subscription").as_str().unwrap_or_default();
        return received(state, name, params.get("message"));
    }
    let id = request.get("id").clone();
    let error = |code: i64, message: String| object([("code", Json::Int(code)), ("message", text(message))]);
    let (member, value, headers) = match answer(state, method, params) {
        Ok(Reply { output, headers }) => ("result", output, headers),
        Err(Failure::NotSupported(name)) => ("error", error(-32601, format!("{name} is not supported yet")), Json::Null),
        Err(Failure::Refused { problem, headers }) => {
            let message = problem.get("code").clone();
            ("error", object([("code", Json::Int(-32000)), ("message", message), ("data", problem)]), headers)
        }
        Err(Failure::Internal(problem)) => {
            eprintln!("{method}: {problem}");
            ("error", error(-32603, problem), Json::Null)
        }
    };
    match headers {
        Json::Null => write(object([("id", id), (member, value)])),
        headers => write(object([("id", id), (member, value), ("headers", headers)])),
    }
}

fn answer(state: &mut State, method: &str, params: &Json) -> Result<Reply, Failure> {
    match method {
        "subscribe" => {
            let name = params.get("stream").as_str().unwrap_or_default();
            let subscription = open_stream(state, name, params.get("input"))?;
            let reply = object([("subscription", text(&subscription.name))]);
            state.subscriptions.push(subscription);
            Ok(reply.into())
        }
        "unsubscribe" => {
            let name = params.get("subscription").as_str().unwrap_or_default();
            state.subscriptions.iter_mut().filter(|each| each.name == name).for_each(|each| each.is_open = false);
            Ok(object([]).into())
        }
        _ => operation(state, method, params),
    }
}

fn write(line: Json) {
    let Json::Object(mut members) = line else { return };
    members.insert("jsonrpc".to_string(), text("2.0"));
    let mut out = String::new();
    Json::Object(members).write(&mut out);
    out.push('\n');
    let mut stdout = io::stdout().lock();
    // Who reads has gone when this fails, and this process is about to end.
    let _ = stdout.write_all(out.as_bytes()).and_then(|()| stdout.flush());
}
