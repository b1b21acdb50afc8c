//! JSON as an enum. The library of Rust has none.

use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Json>),
    Object(BTreeMap<String, Json>),
}

/// An object of its members.
pub fn object<const N: usize>(members: [(&str, Json); N]) -> Json {
    Json::Object(members.into_iter().map(|(name, value)| (name.to_string(), value)).collect())
}

pub fn text(value: impl Into<String>) -> Json {
    Json::Text(value.into())
}

#[allow(dead_code)]
impl Json {
    /// The member of an object; Null where there is none.
    pub fn get(&self, name: &str) -> &Json {
        match self {
            Json::Object(members) => members.get(name).unwrap_or(&Json::Null),
            _ => &Json::Null,
        }
    }

    pub fn as_str(&self) -> Option<&str> {
        match self {
            Json::Text(value) => Some(value),
            _ => None,
        }
    }

    pub fn as_int(&self) -> Option<i64> {
        match self {
            Json::Int(value) => Some(*value),
            _ => None,
        }
    }

    pub fn write(&self, out: &mut String) {
        match self {
            Json::Null => out.push_str("null"),
            Json::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Json::Int(value) => out.push_str(&value.to_string()),
            Json::Float(value) => out.push_str(&value.to_string()),
            Json::Text(value) => write_text(value, out),
            Json::List(values) => {
                out.push('[');
                for (index, value) in values.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    value.write(out);
                }
                out.push(']');
            }
            Json::Object(members) => {
                out.push('{');
                for (index, (name, value)) in members.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    write_text(name, out);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }

    pub fn read(line: &str) -> Result<Json, String> {
        let mut reader = Reader { chars: line.chars().collect(), at: 0 };
        let value = reader.value()?;
        reader.space();
        if reader.at == reader.chars.len() {
            Ok(value)
        } else {
            Err(reader.wrong("the end"))
        }
    }
}

fn write_text(value: &str, out: &mut String) {
    out.push('"');
    for c in value.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
}

struct Reader {
    chars: Vec<char>,
    at: usize,
}

impl Reader {
    fn value(&mut self) -> Result<Json, String> {
        self.space();
        match self.chars.get(self.at) {
            Some('{') => self.members(),
            Some('[') => self.elements(),
            Some('"') => Ok(Json::Text(self.string()?)),
            Some('t') => self.word("true", Json::Bool(true)),
            Some('f') => self.word("false", Json::Bool(false)),
            Some('n') => self.word("null", Json::Null),
            Some(_) => self.number(),
            None => Err(self.wrong("a value")),
        }
    }

    fn members(&mut self) -> Result<Json, String> {
        let mut members = BTreeMap::new();
        self.at += 1;
        if self.take('}') {
            return Ok(Json::Object(members));
        }
        loop {
            self.space();
            let name = self.string()?;
            if !self.take(':') {
                return Err(self.wrong(":"));
            }
            members.insert(name, self.value()?);
            if !self.take(',') {
                break;
            }
        }
        if self.take('}') {
            Ok(Json::Object(members))
        } else {
            Err(self.wrong("}"))
        }
    }

    fn elements(&mut self) -> Result<Json, String> {
        let mut values = Vec::new();
        self.at += 1;
        if self.take(']') {
            return Ok(Json::List(values));
        }
        loop {
            values.push(self.value()?);
            if !self.take(',') {
                break;
            }
        }
        if self.take(']') {
            Ok(Json::List(values))
        } else {
            Err(self.wrong("]"))
        }
    }

    fn string(&mut self) -> Result<String, String> {
        if self.chars.get(self.at) != Some(&'"') {
            return Err(self.wrong("a string"));
        }
        self.at += 1;
        let mut units: Vec<u16> = Vec::new();
        let mut buffer = [0u16; 2];
        loop {
            let c = *self.chars.get(self.at).ok_or_else(|| self.wrong("the end of a string"))?;
            self.at += 1;
            if c == '"' {
                break;
            }
            if c != '\\' {
                units.extend_from_slice(c.encode_utf16(&mut buffer));
                continue;
            }
            let escaped = *self.chars.get(self.at).ok_or_else(|| self.wrong("an escape"))?;
            self.at += 1;
            let plain = match escaped {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'b' => '\u{8}',
                'f' => '\u{c}',
                'u' => {
                    let end = (self.at + 4).min(self.chars.len());
                    let digits: String = self.chars[self.at..end].iter().collect();
                    units.push(u16::from_str_radix(&digits, 16).map_err(|_| self.wrong("four hex digits"))?);
                    self.at = end;
                    continue;
                }
                other => other,
            };
            units.extend_from_slice(plain.encode_utf16(&mut buffer));
        }
        Ok(String::from_utf16_lossy(&units))
    }

    fn number(&mut self) -> Result<Json, String> {
        let start = self.at;
        while self.at < self.chars.len() && "+-.eE0123456789".contains(self.chars[self.at]) {
            self.at += 1;
        }
        let digits: String = self.chars[start..self.at].iter().collect();
        if let Ok(whole) = digits.parse::<i64>() {
            return Ok(Json::Int(whole));
        }
        digits.parse::<f64>().map(Json::Float).map_err(|_| self.wrong("a value"))
    }

    fn word(&mut self, word: &str, value: Json) -> Result<Json, String> {
        for c in word.chars() {
            if self.chars.get(self.at) != Some(&c) {
                return Err(self.wrong(word));
            }
            self.at += 1;
        }
        Ok(value)
    }

    fn take(&mut self, c: char) -> bool {
        self.space();
        let is_there = self.chars.get(self.at) == Some(&c);
        if is_there {
            self.at += 1;
        }
        is_there
    }

    fn space(&mut self) {
        while self.chars.get(self.at).is_some_and(|c| c.is_whitespace()) {
            self.at += 1;
        }
    }

    fn wrong(&self, expected: &str) -> String {
        format!("no JSON: expected {expected} at {}", self.at)
    }
}
