//! The gateway's schema validation: path, query, headers and body against a route's schema, every problem in one
//! message. Knows shapes only; whether an object exists is not its business.

use std::collections::BTreeSet;

use serde_json::Value;
use uuid::Uuid;

use super::calls::{CLIENT_HEADERS, Seen};
use super::dates;
use super::envelope::Answer;
use super::patterns::Pattern;
use super::routes::Route;

/// What a route accepts.
pub(super) struct Schema {
    /// Shape of each identifier in the path.
    pub(super) id: Option<Kind>,
    /// Known query parameters; any other is refused.
    pub(super) query: &'static [(&'static str, Kind)],
    pub(super) body: Option<&'static [Field]>,
}

/// A property of a body.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) need: Need,
    pub(super) kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    Required,
    /// May be absent or null.
    Nullable,
    /// Set by HubEE; tolerated or refused by switch.
    ReadOnly,
}

/// The shape of a value. Lengths are in characters.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Text(usize),
    Like(usize, Pattern),
    OneOf(&'static [&'static str]),
    /// The « email » format of JSON schema, much laxer than [`Pattern::AdministratorEmail`].
    Email(usize),
    DateTime,
    Integer,
    Boolean,
    Uuid,
    Object(&'static [Field]),
    /// An array of at least one such object.
    Objects(&'static [Field]),
    /// The same, which may have none.
    AnyObjects(&'static [Field]),
    /// An array of at least one text.
    Texts,
    /// An object, or the same object with every property null, which is how HubEE writes « none ».
    ObjectOrNulls(&'static [Field]),
}

pub(super) const fn required(name: &'static str, kind: Kind) -> Field {
    Field { name, need: Need::Required, kind }
}

pub(super) const fn nullable(name: &'static str, kind: Kind) -> Field {
    Field { name, need: Need::Nullable, kind }
}

pub(super) const fn read_only(name: &'static str) -> Field {
    Field { name, need: Need::ReadOnly, kind: Kind::Text(usize::MAX) }
}

/// Problems found so far in one request.
pub(super) struct Problems {
    place: &'static str,
    entries: Vec<String>,
}

impl Problems {
    pub(super) fn on(route: Route) -> Self {
        Self { place: route.place(), entries: Vec::new() }
    }

    /// Adds a problem, `part` being `body`, `path.x`, `query.x` or `header.x`.
    pub(super) fn at(&mut self, part: &str, problem: impl AsRef<str>) {
        self.entries.push(format!("[ERROR][REQUEST][{} @{part}] {}", self.place, problem.as_ref()));
    }

    /// Nothing, or the 400 that tells every problem.
    pub(super) fn finish(self) -> Result<(), Answer> {
        if self.entries.is_empty() {
            return Ok(());
        }
        Err(Answer::error(400, format!("Bad Request : Validation failed.\n\t{}", self.entries.join("\n\t"))))
    }

    fn object(&mut self, path: &str, value: &Value, fields: &[Field], strict: bool) {
        let Value::Object(properties) = value else { return self.at("body", on(path, &wrong_type(value, "object"))) };
        let missing: BTreeSet<&str> = fields
            .iter()
            .filter(|field| field.need == Need::Required && !properties.contains_key(field.name))
            .map(|field| field.name)
            .collect();
        if !missing.is_empty() {
            self.at("body", on(path, &format!("Object has missing required properties ({})", quoted(missing))));
        }
        let known = |name: &str| fields.iter().any(|f| f.name == name && !(strict && f.need == Need::ReadOnly));
        let unknown: BTreeSet<&str> = properties.keys().map(String::as_str).filter(|name| !known(name)).collect();
        if !unknown.is_empty() {
            let problem =
                format!("Object instance has properties which are not allowed by the schema: {}", quoted(unknown));
            self.at("body", on(path, &problem));
        }
        for field in fields.iter().filter(|field| field.need != Need::ReadOnly) {
            if let Some(value) = properties.get(field.name) {
                self.property(&format!("{path}/{}", field.name), value, field, strict);
            }
        }
    }

    fn texts(&mut self, path: &str, value: &Value) {
        let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
        if items.is_empty() || !items.iter().all(Value::is_string) {
            self.at("body", on(path, "Array of strings is expected, with at least 1 element"));
        }
    }

    fn objects(&mut self, path: &str, value: &Value, fields: &[Field], least: usize, strict: bool) {
        let Value::Array(items) = value else { return self.at("body", on(path, &wrong_type(value, "array"))) };
        if items.len() < least {
            self.at("body", on(path, "Array is too short: must have at least 1 elements but instance has 0 elements"));
        }
        for (rank, item) in items.iter().enumerate() {
            self.object(&format!("{path}/{rank}"), item, fields, strict);
        }
    }

    fn property(&mut self, path: &str, value: &Value, field: &Field, strict: bool) {
        match field.kind {
            _ if value.is_null() && field.need == Need::Nullable => {}
            Kind::ObjectOrNulls(fields) if !is_all_nulls(value) => self.object(path, value, fields, strict),
            Kind::ObjectOrNulls(_) => {}
            Kind::Object(fields) => self.object(path, value, fields, strict),
            Kind::Objects(fields) => self.objects(path, value, fields, 1, strict),
            Kind::AnyObjects(fields) => self.objects(path, value, fields, 0, strict),
            Kind::Texts => self.texts(path, value),
            kind => {
                if let Err(problem) = kind.check(value) {
                    self.at("body", on(path, &problem));
                }
            }
        }
    }
}

impl Schema {
    /// Refuses a request that is not of this shape; `strict` also refuses read-only properties.
    pub(super) fn check(&self, route: Route, seen: &Seen, strict: bool) -> Result<(), Answer> {
        let mut problems = Problems::on(route);
        for (name, id) in route.path_names().zip(seen.ids()) {
            if let Some(Err(problem)) = self.id.map(|kind| kind.check(&Value::from(id.as_str()))) {
                problems.at(&format!("path.{name}"), problem);
            }
        }
        self.check_query(seen, &mut problems);
        for name in CLIENT_HEADERS {
            if let Some(Err(problem)) = seen.header(name).map(|value| Kind::Text(50).check(&Value::from(value))) {
                problems.at(&format!("header.{name}"), problem);
            }
        }
        if let Some(fields) = self.body {
            check_body(seen, fields, strict, &mut problems);
        }
        problems.finish()
    }

    fn check_query(&self, seen: &Seen, problems: &mut Problems) {
        for (name, value) in &seen.query {
            let part = format!("query.{name}");
            let Some((_, kind)) = self.query.iter().find(|(known, _)| known == name) else {
                let path = problems.place.split(' ').next_back().unwrap_or_default();
                problems.at(&part, format!("Query parameter '{name}' is unexpected on path \"{path}\"."));
                continue;
            };
            // A query holds only text: a number is one that reads as such.
            let value = match kind {
                Kind::Integer => value.parse::<u32>().map_or(Value::from(value.as_str()), Value::from),
                Kind::Boolean => value.parse::<bool>().map_or(Value::from(value.as_str()), Value::from),
                _ => Value::from(value.as_str()),
            };
            if let Err(problem) = kind.check(&value) {
                problems.at(&part, problem);
            }
        }
    }
}

fn check_body(seen: &Seen, fields: &[Field], strict: bool, problems: &mut Problems) {
    if seen.body.is_empty() {
        return problems.at("body", "A request body is required but none found.");
    }
    if !seen.has_type("application/json") {
        let given = seen.header("content-type").unwrap_or_default();
        let allowed = "does not match any allowed types. Must be one of: [application/json].";
        return problems.at("body", format!("Request Content-Type header '{given}' {allowed}"));
    }
    match serde_json::from_slice(&seen.body) {
        Ok(body) => problems.object("", &body, fields, strict),
        Err(_) => problems.at("body", "Unable to parse JSON"),
    }
}

impl Kind {
    /// Says what is wrong with a value that is not an object.
    fn check(self, value: &Value) -> Result<(), String> {
        if let Self::Integer = self {
            return if value.is_i64() { Ok(()) } else { Err(wrong_type(value, "integer")) };
        }
        if let Self::Boolean = self {
            return if value.is_boolean() { Ok(()) } else { Err(wrong_type(value, "boolean")) };
        }
        let text = value.as_str().ok_or_else(|| wrong_type(value, "string"))?;
        match self {
            Self::Text(max) => fits(text, max),
            Self::Like(max, pattern) => fits(text, max).and_then(|()| {
                let problem =
                    || format!("ECMA 262 regex \"{}\" does not match input string \"{text}\"", pattern.source());
                pattern.matches(text).then_some(()).ok_or_else(problem)
            }),
            Self::Email(max) => fits(text, max).and_then(|()| {
                is_email(text).then_some(()).ok_or_else(|| format!("String \"{text}\" is not a valid email address"))
            }),
            Self::OneOf(values) => values.contains(&text).then_some(()).ok_or_else(|| {
                format!(
                    "Instance value (\"{text}\") not found in enum (possible values: {})",
                    quoted(values.iter().copied())
                )
            }),
            Self::DateTime => dates::parse(text).map(|_| ()).ok_or_else(|| {
                format!("String \"{text}\" is invalid against requested date format(s) yyyy-MM-dd'T'HH:mm:ssZ")
            }),
            Self::Uuid => {
                let canonical = text.len() == 36 && Uuid::parse_str(text).is_ok();
                canonical.then_some(()).ok_or_else(|| format!("Input string \"{text}\" is not a valid UUID"))
            }
            Self::Integer
            | Self::Boolean
            | Self::Object(_)
            | Self::Objects(_)
            | Self::AnyObjects(_)
            | Self::Texts
            | Self::ObjectOrNulls(_) => Ok(()),
        }
    }
}

fn fits(text: &str, max: usize) -> Result<(), String> {
    let length = text.chars().count();
    let problem = || format!("String \"{text}\" is too long (length: {length}, maximum allowed: {max})");
    (length <= max).then_some(()).ok_or_else(problem)
}

fn is_email(text: &str) -> bool {
    let sides = text.split_once('@').filter(|(local, domain)| !local.is_empty() && !domain.is_empty());
    sides.is_some_and(|(_, domain)| !domain.contains('@')) && !text.contains(char::is_whitespace)
}

fn is_all_nulls(value: &Value) -> bool {
    value.as_object().is_some_and(|properties| properties.values().all(Value::is_null))
}

fn on(path: &str, problem: &str) -> String {
    if path.is_empty() { problem.to_owned() } else { format!("[Path '{path}'] {problem}") }
}

fn wrong_type(value: &Value, allowed: &str) -> String {
    let found = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    format!("instance type ({found}) does not match any allowed primitive type (allowed: [\"{allowed}\"])")
}

fn quoted<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("\"{name}\"")).collect();
    format!("[{}]", names.join(","))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_problem_of_a_body_is_told() {
        const ADDRESS: &[Field] = &[required("city", Kind::Text(3)), read_only("label")];
        const FIELDS: &[Field] = &[
            required("name", Kind::Text(4)),
            required("size", Kind::Integer),
            nullable("note", Kind::Text(2)),
            nullable("address", Kind::ObjectOrNulls(ADDRESS)),
        ];
        let told = |body: Value, strict: bool| {
            let mut problems = Problems::on(Route::PostOrganisation);
            problems.object("", &body, FIELDS, strict);
            problems
                .entries
                .iter()
                .map(|entry| entry.replace("[ERROR][REQUEST][POST /organizations @body] ", ""))
                .collect()
        };
        let none: Vec<String> = Vec::new();
        assert_eq!(told(json!({"name": "Évry", "size": 1, "note": null, "address": {"city": null}}), true), none);
        assert_eq!(told(json!({"name": "a", "size": 1, "address": {"city": "abc", "label": "x"}}), false), none);
        let problems: Vec<String> = told(json!({"name": null, "note": "abc", "address": {"label": "x"}, "x": 1}), true);
        let expected = [
            "Object has missing required properties ([\"size\"])",
            "Object instance has properties which are not allowed by the schema: [\"x\"]",
            "[Path '/name'] instance type (null) does not match any allowed primitive type (allowed: [\"string\"])",
            "[Path '/note'] String \"abc\" is too long (length: 3, maximum allowed: 2)",
            "[Path '/address'] Object has missing required properties ([\"city\"])",
            "[Path '/address'] Object instance has properties which are not allowed by the schema: [\"label\"]",
        ];
        assert_eq!(problems, expected);
    }
}
