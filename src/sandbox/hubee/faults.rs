//! Failures on command: which call fails, and how the answer is replaced, spoilt, delayed or lost.
//! Knows whether the effect takes place, not what it is.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::calls::Seen;
use super::envelope::{Answer, AnswerBody};
use super::routes::Route;
use super::state::State;

/// A failure to come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    pub route: Route,
    pub kind: FaultKind,
    pub when: When,
    /// Only calls whose path, query, body or subscription concern this SIRET. A token concerns none.
    pub siret: Option<String>,
}

/// Which of the matching calls fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    Always,
    /// The next n.
    Next(usize),
    /// Only the n-th from now, 1 being the next.
    Nth(usize),
    /// From the `first`-th on, 1 being the next: so many of them, or all.
    From {
        first: usize,
        count: Option<usize>,
    },
}

/// What goes wrong. « Committed » holds for a call that would have succeeded; a refused one keeps its refusal, unless
/// the answer is lost or delayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// 500, nothing committed.
    Error500Before,
    /// 500 « Bad Response », committed.
    Error500After,
    /// 401 with code 900901 (`invalid_client` for a token), nothing committed.
    Unauthorized401,
    /// 403, nothing committed.
    Forbidden403,
    /// 400 of the gateway, nothing committed.
    Refused400,
    /// Committed, then the connection is closed without a byte of answer.
    LostAnswer,
    /// The connection is closed without a byte of answer, nothing committed.
    LostRequest,
    /// Committed, then answered after this long: past the client's patience, a timeout after the effect.
    Slow(Duration),
    /// Nothing committed, not a byte for this long, then the connection is closed: a timeout without effect.
    Silent(Duration),
    /// 502 with an HTML page, nothing committed.
    Html502,
    /// 429 with `Retry-After: 120`, nothing committed.
    TooMany429,
    /// Committed, 201 with an empty body.
    EmptyBody201,
    /// Committed, the expected status with a body cut in the middle.
    InvalidJson,
}

/// How a call ends.
pub(super) enum Ending {
    Answered(Answer),
    Lost,
}

impl Fault {
    fn concerns(&self, route: Route, seen: &Seen, state: &State) -> bool {
        let siret = self.siret.as_deref();
        (self.route == Route::Any || self.route == route)
            && siret.is_none_or(|siret| route != Route::Token && is_about(siret, seen, state))
    }

    /// Counts a matching call; tells whether it fails.
    fn tick(&mut self) -> bool {
        match &mut self.when {
            When::Always => true,
            When::Next(left) | When::Nth(left) if *left == 0 => false,
            When::Next(left) => {
                *left -= 1;
                true
            }
            When::From { first, .. } if *first > 1 => {
                *first -= 1;
                false
            }
            When::From { count: None, .. } => true,
            When::From { count: Some(0), .. } => false,
            When::From { count: Some(left), .. } => {
                *left -= 1;
                true
            }
            When::Nth(left) => {
                *left -= 1;
                *left == 0
            }
        }
    }

    fn is_spent(&self) -> bool {
        matches!(self.when, When::Next(0) | When::Nth(0) | When::From { count: Some(0), .. })
    }
}

/// The fault that happens to this call, if any: the first scripted wins, the weather comes last. Counts the call.
pub(super) fn take(state: &mut State, seen: &Seen) -> Option<FaultKind> {
    let route = seen.route()?;
    scripted(state, seen, route).or_else(|| state.weather.as_mut()?.strike(route))
}

fn scripted(state: &mut State, seen: &Seen, route: Route) -> Option<FaultKind> {
    let matching: Vec<bool> = state.store().faults.iter().map(|fault| fault.concerns(route, seen, state)).collect();
    if !matching.contains(&true) {
        return None;
    }
    let mut happens = None;
    let faults = &mut state.store_mut().faults;
    for (fault, _) in faults.iter_mut().zip(matching).filter(|(_, matching)| *matching) {
        // What is due and shadowed by an earlier fault waits for its turn; ranks count every matching call.
        let due = matches!(fault.when, When::Next(_) | When::From { first: 0 | 1, .. });
        let shadowed = happens.is_some() && due;
        if !shadowed && fault.tick() {
            happens = happens.or(Some(fault.kind));
        }
    }
    faults.retain(|fault| !fault.is_spent());
    happens
}

fn is_about(siret: &str, seen: &Seen, state: &State) -> bool {
    let body = seen.json();
    let named = |pointer: &str| body.pointer(pointer).and_then(Value::as_str) == Some(siret);
    let by_id = || {
        let id = seen.uuid(0)?;
        state.store().subscriptions.iter().find(|subscription| subscription.id == id)
    };
    let of_case = |case: &Value| case.pointer("/recipient/companyRegister").and_then(Value::as_str) == Some(siret);
    seen.path.contains(siret)
        || named("/companyRegister")
        || named("/subscriber/companyRegister")
        || body["cases"].as_array().is_some_and(|cases| cases.iter().any(of_case))
        || seen.uuid(0).is_some_and(|id| state.store().teledossiers.concern(siret, id))
        || by_id().is_some_and(|subscription| subscription.subscriber.company_register == siret)
}

impl FaultKind {
    /// Stable name, for figures.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error500Before => "500_before",
            Self::Error500After => "500_after",
            Self::Unauthorized401 => "401",
            Self::Forbidden403 => "403",
            Self::Refused400 => "400",
            Self::LostAnswer => "lost_answer",
            Self::LostRequest => "lost_request",
            Self::Slow(_) => "slow",
            Self::Silent(_) => "silent",
            Self::Html502 => "html_502",
            Self::TooMany429 => "429",
            Self::EmptyBody201 => "empty_201",
            Self::InvalidJson => "invalid_json",
        }
    }

    /// How the call ends if this fault keeps it from having any effect.
    pub(super) async fn before(self, route: Option<Route>) -> Option<Ending> {
        let token = route == Some(Route::Token);
        let answer = match self {
            Self::LostRequest => return Some(Ending::Lost),
            Self::Silent(delay) => {
                tokio::time::sleep(delay).await;
                return Some(Ending::Lost);
            }
            Self::Error500Before => Answer::error(500, "Internal Server Error"),
            Self::Unauthorized401 if token => Answer::json(401, json!({"error": "invalid_client"})),
            Self::Unauthorized401 => Answer::invalid_token(),
            Self::Forbidden403 if token => Answer::json(403, json!({"error": "unauthorized_client"})),
            Self::Forbidden403 => Answer::unauthorized_user(),
            Self::Refused400 => Answer::error(400, "Bad Request : Validation failed."),
            Self::Html502 => html_502(),
            Self::TooMany429 => {
                Answer::error(429, "Message throttled out").with_header("retry-after", "120".to_owned())
            }
            _ => return None,
        };
        Some(Ending::Answered(answer))
    }

    /// How a call ends once it had its effect.
    pub(super) async fn after(self, route: Option<Route>, answer: Answer) -> Ending {
        let success = answer.is_success();
        Ending::Answered(match self {
            Self::LostAnswer => return Ending::Lost,
            Self::Slow(delay) => {
                tokio::time::sleep(delay).await;
                answer
            }
            Self::Error500After if success => bad_response(route),
            Self::EmptyBody201 if success => Answer { status: 201, body: AnswerBody::Empty, headers: Vec::new() },
            Self::InvalidJson if success => cut(answer),
            _ => answer,
        })
    }
}

fn html_502() -> Answer {
    let page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1>\
                </center>\r\n</body>\r\n</html>\r\n";
    Answer { status: 502, body: AnswerBody::Text("text/html", page.to_owned()), headers: Vec::new() }
}

fn bad_response(route: Option<Route>) -> Answer {
    let place = route.map_or("* *", Route::place);
    let problem = "Object has missing required properties ([\"updateDateTime\"])";
    Answer::error(500, format!("Bad Response : Validation failed.\n\t[ERROR][RESPONSE][{place} @body] {problem}"))
}

fn cut(answer: Answer) -> Answer {
    let AnswerBody::Json(body) = &answer.body else { return answer };
    let whole = body.to_string();
    let half: String = whole.chars().take(whole.chars().count() / 2).collect();
    Answer { body: AnswerBody::Text("application/json", half), ..answer }
}
