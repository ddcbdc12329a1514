//! The fault switches: what each form of the page does to the simulators. Knows nothing of how the page looks.

mod page;

use axum::{
    Form,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::Markup;
use serde::Deserialize;

use super::{FAULTS, words};
use crate::sandbox::{
    Sandbox,
    hubee::{Fault, When},
};

/// Most calls or mails that a numbered fault may spoil.
const MOST: usize = 1000;

/// A fault as typed; every field may be missing.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    route: String,
    panne: String,
    rang: String,
    combien: String,
    siret: String,
}

/// What is wrong in a form, next to its field.
#[derive(Default)]
struct Wrong {
    rank: Option<&'static str>,
    count: Option<&'static str>,
    siret: Option<&'static str>,
}

#[derive(Deserialize)]
pub(super) struct Chosen {
    sirene: String,
}

#[derive(Deserialize)]
pub(super) struct Mails {
    refuser: String,
    perdre: String,
}

/// How many faults are to come, all systems together.
pub(super) fn count(sandbox: &Sandbox) -> usize {
    let (to_refuse, to_lose) = sandbox.mailbox.faults();
    let others = [sandbox.sirene.switch.get().is_some(), to_refuse > 0, to_lose > 0];
    let registers =
        words::REGISTERS.iter().filter(|(name, _)| sandbox.switch(name).is_some_and(|one| one.get().is_some())).count();
    registers + sandbox.hubee.faults().len() + others.into_iter().filter(|failing| *failing).count()
}

pub(super) async fn show(State(sandbox): State<Sandbox>) -> Markup {
    page::show(&sandbox, &Typed { combien: "1".to_owned(), ..Typed::default() }, &Wrong::default())
}

pub(super) async fn add(State(sandbox): State<Sandbox>, Form(typed): Form<Typed>) -> Response {
    match typed.fault() {
        Ok(fault) => {
            sandbox.hubee.script(fault);
            back()
        }
        Err(wrong) => (StatusCode::UNPROCESSABLE_ENTITY, page::show(&sandbox, &typed, &wrong)).into_response(),
    }
}

/// Removes every fault told by the same words.
pub(super) async fn remove(State(sandbox): State<Sandbox>, Form(typed): Form<Typed>) -> Response {
    sandbox.hubee.remove_faults(|fault| {
        words::of_route(fault.route).0 == typed.route
            && words::of_kind(fault.kind).0 == typed.panne
            && fault.siret.as_deref().unwrap_or_default() == typed.siret
    });
    back()
}

pub(super) async fn sirene(State(sandbox): State<Sandbox>, Form(chosen): Form<Chosen>) -> Response {
    if let Some((fault, ..)) = words::SIRENE.iter().find(|(_, name, _)| *name == chosen.sirene) {
        sandbox.sirene.switch.set(*fault);
    }
    back()
}

/// One register of the form, and its outage.
#[derive(Deserialize)]
pub(super) struct Register {
    registre: String,
    panne: String,
}

pub(super) async fn register(State(sandbox): State<Sandbox>, Form(chosen): Form<Register>) -> Response {
    let outage = words::OUTAGES.iter().find(|(_, name, _)| *name == chosen.panne);
    if let (Some((outage, ..)), Some(switch)) = (outage, sandbox.switch(&chosen.registre)) {
        switch.set(*outage);
    }
    back()
}

pub(super) async fn mailbox(State(sandbox): State<Sandbox>, Form(mails): Form<Mails>) -> Response {
    // An empty or foolish number repairs.
    let number = |text: &str| text.trim().parse::<u32>().unwrap_or(0).min(u32::try_from(MOST).unwrap_or(u32::MAX));
    sandbox.mailbox.refuse_next(number(&mails.refuser));
    sandbox.mailbox.lose_answer_after_data(number(&mails.perdre));
    back()
}

pub(super) async fn repair(State(sandbox): State<Sandbox>) -> Response {
    sandbox.hubee.clear_faults();
    sandbox.sirene.switch.set(None);
    words::REGISTERS.iter().filter_map(|(name, _)| sandbox.switch(name)).for_each(|one| one.set(None));
    sandbox.mailbox.refuse_next(0);
    sandbox.mailbox.lose_answer_after_data(0);
    back()
}

/// What was typed of a number that may be left empty; none when it is not understood.
fn numbered(typed: &str) -> Option<Option<usize>> {
    if typed.is_empty() {
        return Some(None);
    }
    typed.parse().ok().filter(|number| (1..=MOST).contains(number)).map(Some)
}

fn back() -> Response {
    Redirect::to(FAULTS).into_response()
}

impl Typed {
    fn fault(&self) -> Result<Fault, Wrong> {
        let (count, siret) = (self.combien.trim(), self.siret.split_whitespace().collect::<String>());
        let rank = numbered(self.rang.trim()).map(|rank| rank.unwrap_or(1));
        let count = numbered(count);
        let when = rank.zip(count).map(|(first, count)| match (first, count) {
            (1, None) => When::Always,
            (1, Some(count)) => When::Next(count),
            (rank, Some(1)) => When::Nth(rank),
            (first, count) => When::From { first, count },
        });
        let route = words::ROUTES.iter().find(|(_, name, _)| *name == self.route);
        let kind = words::KINDS.iter().find(|(_, name, _)| *name == self.panne);
        let is_siret = siret.is_empty() || siret.len() == 14 && siret.bytes().all(|byte| byte.is_ascii_digit());
        match (route, kind, when) {
            (Some((route, ..)), Some((kind, ..)), Some(when)) if is_siret => {
                Ok(Fault { route: *route, kind: *kind, when, siret: Some(siret).filter(|siret| !siret.is_empty()) })
            }
            _ => Err(Wrong {
                rank: rank.is_none().then_some("Indiquez un rang entre 1 et 1000, ou laissez vide."),
                count: count.is_none().then_some("Indiquez un nombre entre 1 et 1000, ou laissez vide."),
                siret: (!is_siret).then_some("Un SIRET a 14 chiffres."),
            }),
        }
    }
}
