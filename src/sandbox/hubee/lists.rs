//! Lists: order, one page, and the header that counts the rest. Works on objects already rendered.

use serde_json::Value;

use super::calls::Seen;
use super::envelope::Answer;
use super::routes::Route;
use super::validation::Problems;

/// Objects answered when the client does not say: HubEE documents none, so few enough to make a client page.
const DEFAULT_PAGE: usize = 25;

/// A sortable column and where its value is in the rendered object.
pub(super) type Column = (&'static str, &'static str);

/// The page asked for. `word` is the one of HubEE's `Content-Range`, misspelt there too.
pub(super) fn page(
    seen: &Seen,
    route: Route,
    word: &str,
    columns: &[Column],
    all: Vec<Value>,
) -> Result<Answer, Answer> {
    let all = ordered(seen, route, columns, all)?;
    let number = |name: &str| seen.parameter(name).and_then(|value| value.parse::<usize>().ok());
    let (start, size) = (number("offSet").unwrap_or(0), number("maxResult").unwrap_or(DEFAULT_PAGE));
    let total = all.len();
    let page: Vec<Value> = all.into_iter().skip(start).take(size).collect();
    let last = start.saturating_add(page.len()).saturating_sub(1);
    let range = format!("{word} {start}-{last}/{total}");
    Ok(Answer::json(200, Value::Array(page)).with_header("content-range", range))
}

/// `orderBy` is `asc(column)`, `desc(column)` or a bare column.
fn ordered(seen: &Seen, route: Route, columns: &[Column], mut all: Vec<Value>) -> Result<Vec<Value>, Answer> {
    let Some(order) = seen.parameter("orderBy") else { return Ok(all) };
    let inside = |prefix: &str| order.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(')'));
    let (name, descending) = match (inside("asc("), inside("desc(")) {
        (Some(name), _) => (name, false),
        (_, Some(name)) => (name, true),
        _ => (order, false),
    };
    let Some((_, pointer)) = columns.iter().find(|(column, _)| *column == name) else {
        let mut problems = Problems::on(route);
        problems.at("query.orderBy", format!("Column \"{name}\" is unknown"));
        return problems.finish().map(|()| Vec::new());
    };
    all.sort_by_key(|object| {
        object.pointer(pointer).map(|value| value.as_str().map_or(value.to_string(), str::to_owned))
    });
    if descending {
        all.reverse();
    }
    Ok(all)
}
