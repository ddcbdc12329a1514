//! The path of a request: logged, held or failed if so scripted, then checked in HubEE's order and carried out.
//! Knows the order of things; each noun knows its own rules.

use axum::extract::{Request, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};

use super::calls::Seen;
use super::envelope::{self, Answer};
use super::faults::{self, Ending, FaultKind};
use super::gate::Point;
use super::routes::{Route, Unrouted};
use super::state::State;
use super::validation::Schema;
use super::{Hubee, organisations, processes, subscriptions, teledossiers, token};

/// What was decided for a call when it arrived.
struct Arrival {
    number: u64,
    request_id: String,
    fault: Option<FaultKind>,
}

pub(super) async fn answer(Shared(hubee): Shared<Hubee>, request: Request) -> Response {
    let Some(seen) = Seen::read(request).await else { return StatusCode::PAYLOAD_TOO_LARGE.into_response() };
    let arrival = hubee.arrive(&seen);
    let stop = hubee.inner.gate.count();
    hubee.inner.gate.pass(stop, Point::BeforeEffect).await;
    let refused = match arrival.fault {
        Some(fault) => fault.before(seen.route()).await,
        None => None,
    };
    let carried_out = if refused.is_none() { Some(hubee.perform(&seen)) } else { None };
    hubee.inner.gate.pass(stop, Point::AfterEffect).await;
    let ending = match (refused, carried_out, arrival.fault) {
        (Some(ending), _, _) => ending,
        (None, Some(answer), Some(fault)) => fault.after(seen.route(), answer).await,
        (None, Some(answer), None) => Ending::Answered(answer),
        (None, None, _) => Ending::Lost,
    };
    hubee.conclude(&seen, &arrival, ending)
}

impl Hubee {
    fn arrive(&self, seen: &Seen) -> Arrival {
        let now = self.inner.clock.now();
        self.change(|state| {
            let fault = faults::take(state, seen);
            let call = seen.call(now, fault);
            let request_id = call.request_id.clone();
            Arrival { number: state.calls.push(call), request_id, fault }
        })
    }

    fn perform(&self, seen: &Seen) -> Answer {
        let now = self.inner.clock.now();
        self.change(|state| carry_out(state, seen, now).unwrap_or_else(|refusal| refusal))
    }

    fn conclude(&self, seen: &Seen, arrival: &Arrival, ending: Ending) -> Response {
        let Ending::Answered(answer) = ending else { return envelope::lost() };
        let gzip = self.change(|state| {
            state.calls.answered(arrival.number, answer.status);
            state.store().switches.gzip
        });
        answer.into_response(&arrival.request_id, gzip && seen.accepts_gzip())
    }
}

/// Token, scope, schema, then the business of the route.
fn carry_out(state: &mut State, seen: &Seen, now: DateTime<Utc>) -> Result<Answer, Answer> {
    let route = match &seen.endpoint {
        Ok(endpoint) => endpoint.route,
        Err(Unrouted::UnknownPath) => {
            return Err(Answer::error(404, "No matching resource found for given API Request"));
        }
        Err(Unrouted::WrongMethod) => return Err(Answer::error(405, "Method not allowed for given API resource")),
    };
    if route == Route::Token {
        return token::issue(state, seen, now);
    }
    let caller = token::caller(state, seen, now)?;
    if !caller.scope.allows(route, &state.store().switches) {
        return Err(Answer::unauthorized_user());
    }
    schema(route).check(route, seen, state.store().switches.read_only_rejected)?;
    match route {
        Route::GetOrganisation => organisations::get(state.store(), seen),
        Route::ListOrganisations => organisations::list(state.store(), seen, now),
        Route::PostOrganisation => organisations::post(state.store_mut(), seen, now),
        Route::PutOrganisation => organisations::put(state.store_mut(), seen, now),
        Route::GetSubscription => subscriptions::get(state.store(), seen),
        Route::ListSubscriptions => subscriptions::list(state.store(), seen, now),
        Route::PostSubscription => subscriptions::post(state.store_mut(), seen, now),
        Route::PutSubscription => subscriptions::put(state.store_mut(), seen, now),
        Route::ListProcesses => processes::list(state.store(), seen),
        Route::GetProcess => processes::get(state.store(), seen),
        route => teledossiers::carry_out(state, route, seen, &caller, now),
    }
}

fn schema(route: Route) -> Schema {
    match route {
        Route::GetOrganisation => organisations::GET,
        Route::ListOrganisations => organisations::LIST,
        Route::PostOrganisation => organisations::POST,
        Route::PutOrganisation => organisations::PUT,
        Route::GetSubscription => subscriptions::GET,
        Route::ListSubscriptions => subscriptions::LIST,
        Route::PostSubscription => subscriptions::POST,
        Route::PutSubscription => subscriptions::PUT,
        Route::ListProcesses => processes::LIST,
        Route::GetProcess => processes::GET,
        route => teledossiers::schema(route),
    }
}
