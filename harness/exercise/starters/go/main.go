// The solution: begin in operations. One JSON object a line comes in, one goes out; PROTOCOL.md tells how.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
)

var (
	// Everything that has to survive a kill belongs here, written before the reply goes out.
	dataDir = os.Getenv("CASEMARK_DATA_DIR")
	// The time now, in ms since 1970; only the contract's clock operation moves it, where it has one.
	clockMs = os.Getenv("CASEMARK_CLOCK_MS")
	// Outside services, where the case study has them.
	worldURL = os.Getenv("CASEMARK_WORLD_URL")
)

type object = map[string]any

// Refusal is a refusal with a code of contract/errors.json, and with headers where the contract gives them a meaning.
type Refusal struct {
	Code, Detail string
	Headers      map[string]string
}

func (refusal Refusal) Error() string { return refusal.Code }

// Reply is an output with headers beside it, where the contract gives them a meaning.
type Reply struct {
	Output  any
	Headers map[string]string
}

type notSupported struct{ name string }

func (missing notSupported) Error() string { return missing.name + " is not supported yet" }

// What is not here is refused as not supported.
var operations = map[string]func(params json.RawMessage) (any, error){
	// each operation: "NAME": func(params json.RawMessage) (any, error) { ... },
}

// subscription.Send(message) as often as you like, also later.
var streams = map[string]func(params json.RawMessage, subscription *Subscription) error{
	// each stream: "NAME": func(params json.RawMessage, subscription *Subscription) error { ... },
}

// Subscription is one subscriber of a stream.
type Subscription struct {
	name   string
	isOpen bool
	// Received gets what the subscriber sends up the stream, where the contract lets it.
	Received func(message json.RawMessage)
	// Closed is called where something has to stop.
	Closed func()
}

// Send tells the subscriber a message.
func (subscription *Subscription) Send(message any) {
	if subscription.isOpen {
		write(object{"method": "message", "params": object{"subscription": subscription.name, "message": message}})
	}
}

var (
	subscriptions = map[string]*Subscription{}
	out           = bufio.NewWriter(os.Stdout)
	outLock       sync.Mutex
)

type request struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
}

func main() {
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var asked request
		if err := json.Unmarshal(line, &asked); err != nil {
			fmt.Fprintln(os.Stderr, "no JSON:", err)
			continue
		}
		handle(asked)
	}
}

func handle(asked request) {
	if asked.Method == "send" {
		received(asked.Params)
		return
	}
	output, err := answer(asked.Method, asked.Params)
	var missing notSupported
	var refusal Refusal
	switch {
	case err == nil:
		if reply, ok := output.(Reply); ok {
			write(withHeaders(object{"id": asked.ID, "result": reply.Output}, reply.Headers))
		} else {
			write(object{"id": asked.ID, "result": output})
		}
	case errors.As(err, &missing):
		write(object{"id": asked.ID, "error": object{"code": -32601, "message": err.Error()}})
	case errors.As(err, &refusal):
		problem := object{"code": refusal.Code, "detail": refusal.Detail}
		line := object{"id": asked.ID, "error": object{"code": -32000, "message": refusal.Code, "data": problem}}
		write(withHeaders(line, refusal.Headers))
	default:
		// A fault of ours: whether it had an effect is unknown.
		fmt.Fprintln(os.Stderr, asked.Method, err)
		write(object{"id": asked.ID, "error": object{"code": -32603, "message": err.Error()}})
	}
}

func withHeaders(line object, headers map[string]string) object {
	if len(headers) > 0 {
		line["headers"] = headers
	}
	return line
}

func answer(method string, params json.RawMessage) (any, error) {
	switch method {
	case "subscribe":
		return subscribe(params)
	case "unsubscribe":
		return unsubscribe(params)
	}
	operation, ok := operations[method]
	if !ok {
		return nil, notSupported{method}
	}
	return operation(params)
}

func subscribe(params json.RawMessage) (any, error) {
	var asked struct {
		Stream string
		Input  json.RawMessage
	}
	if err := json.Unmarshal(params, &asked); err != nil {
		return nil, err
	}
	stream, ok := streams[asked.Stream]
	if !ok {
		return nil, notSupported{asked.Stream}
	}
	subscription := &Subscription{name: fmt.Sprintf("s%d", len(subscriptions)+1), isOpen: true}
	// A stream that refuses leaves no subscription behind.
	if err := stream(asked.Input, subscription); err != nil {
		return nil, err
	}
	subscriptions[subscription.name] = subscription
	return object{"subscription": subscription.name}, nil
}

func unsubscribe(params json.RawMessage) (any, error) {
	var asked struct{ Subscription string }
	if err := json.Unmarshal(params, &asked); err != nil {
		return nil, err
	}
	if subscription, ok := subscriptions[asked.Subscription]; ok && subscription.isOpen {
		subscription.isOpen = false
		if subscription.Closed != nil {
			subscription.Closed()
		}
	}
	return object{}, nil
}

func received(params json.RawMessage) {
	var sent struct {
		Subscription string
		Message      json.RawMessage
	}
	if err := json.Unmarshal(params, &sent); err != nil {
		return
	}
	subscription, ok := subscriptions[sent.Subscription]
	if ok && subscription.isOpen && subscription.Received != nil {
		subscription.Received(sent.Message)
	}
}

func write(line object) {
	line["jsonrpc"] = "2.0"
	text, err := json.Marshal(line)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	outLock.Lock()
	defer outLock.Unlock()
	out.Write(append(text, '\n'))
	out.Flush()
}
