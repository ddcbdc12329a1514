//! `POST /instruction/D61234/{accepter|modifications|refuser|revoquer|archiver}`: asked once, confirmed once before the
//! mail that will leave, then handed to `workflow`.

use axum::Router;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use serde::Deserialize;

use super::opened::Opened;
use super::reasons;
use super::request::{Read, actor, done_name, gestures, links};
use super::service::{self, Sent};
use crate::accounts::Account;
use crate::config::Decisions;
use crate::domain::What;
use crate::http::views::components::FieldError;
use crate::http::views::decision::{self as view, Asked, Typed};
use crate::http::{Error, PageResult, Shared, paths};
use crate::instruction::checks::{blocking, doubtful};
use crate::instruction::decision::is_own;
use crate::instruction::{Check, Gesture};
use crate::provisioning::Corrections;
use crate::workflow::{self, Undecided};

const READ_ONLY: &str = "Votre compte permet de lire les demandes, pas d’y répondre.";
const OWN: &str = "Vous avez déposé cette demande : un autre instructeur doit y répondre.";
const IN_DATAPASS: &str = "Les décisions se prennent dans DataPass, elles arrivent ici aussitôt.";

pub fn routes() -> Router<Shared> {
    Router::new().route(&paths::request_gesture("{number}", "{gesture}"), post(decide))
}

/// One form or another: each has its own name for the text.
#[derive(Deserialize)]
struct Posted {
    version: i64,
    #[serde(
        default,
        alias = "commentaire",
        alias = "motif-modifications",
        alias = "motif-refus",
        alias = "motif-revocation"
    )]
    text: String,
    #[serde(default)]
    confirme: String,
    /// Accepting in one click.
    #[serde(default)]
    conforme: String,
    /// The text to start from, when it is asked for.
    #[serde(default)]
    modele: String,
    #[serde(default)]
    inserer: String,
    /// What HubEE will be told, set right: an acceptance's.
    #[serde(flatten)]
    sent: Sent,
}

async fn decide(
    State(house): State<Shared>,
    Opened { account, read }: Opened,
    Path((_, gesture)): Path<(String, String)>,
    Form(posted): Form<Posted>,
) -> PageResult<Response> {
    let gesture = Gesture::parse(&gesture).ok_or(Error::NotFound)?;
    let set_right = if gesture == Gesture::Accept { posted.sent.corrections() } else { Corrections::default() };
    let checks = match set_right.is_none() {
        true => read.checks.clone(),
        false => workflow::checks_with(&house, &read.habilitation, &set_right).await?,
    };
    let desk = Post { house: &house, account: &account, read: &read, gesture, posted: &posted, set_right, checks };
    if let Some(refusal) = desk.refusal() {
        return Ok(refusal);
    }
    if posted.inserer == "oui" {
        return Ok(desk.inserted());
    }
    let what = match gesture.with(&posted.text) {
        Ok(_) if desk.conforming() => What::AcceptConforming,
        Ok(what) => what,
        Err(fault) => return Ok(desk.mistyped(view::field(gesture), fault.to_string())),
    };
    if posted.confirme == "oui" { desk.take(what).await } else { desk.confirm(what) }
}

/// A decision, asked for.
struct Post<'a> {
    house: &'a Shared,
    account: &'a Account,
    read: &'a Read,
    gesture: Gesture,
    posted: &'a Posted,
    /// What HubEE will be told in place of what the request says.
    set_right: Corrections,
    /// What is checked, with that.
    checks: Vec<Check>,
}

impl Post<'_> {
    /// What forbids it before anything is asked of `workflow`, which checks again.
    fn refusal(&self) -> Option<Response> {
        let habilitation = &self.read.habilitation;
        if self.house.config.decisions == Decisions::Datapass {
            Some(self.in_datapass())
        } else if !self.account.role.can_decide() {
            Some(self.refused(StatusCode::FORBIDDEN, READ_ONLY))
        } else if is_own(habilitation, &self.account.email) {
            Some(self.refused(StatusCode::FORBIDDEN, OWN))
        } else if habilitation.version != self.posted.version {
            Some(self.stale(self.read))
        } else if !gestures(self.account, habilitation).contains(&self.gesture) {
            let state = habilitation.state.label();
            let sentence = format!("La demande est à l’état « {state} » : ce geste n’y est pas possible.");
            Some(self.refused(StatusCode::CONFLICT, &sentence))
        } else if self.posted.inserer != "oui" && !self.faults().is_empty() {
            Some(self.again(&self.posted.text, self.faults(), StatusCode::UNPROCESSABLE_ENTITY))
        } else if self.posted.inserer != "oui"
            && self.gesture == Gesture::Accept
            && blocking(&self.checks).next().is_some()
        {
            Some(self.blocked(&self.checks))
        } else if self.conforming() && doubtful(&self.checks).next().is_some() {
            Some(self.not_conforming(&self.checks))
        } else {
            None
        }
    }

    /// What HubEE would refuse of what was set right.
    fn faults(&self) -> Vec<FieldError> {
        service::faults(&self.set_right, &self.house.config.hubee.rules)
    }

    fn conforming(&self) -> bool {
        self.gesture == Gesture::Accept && self.posted.conforme == "oui"
    }

    fn confirm(&self, what: What) -> PageResult<Response> {
        let habilitation = &self.read.habilitation;
        let foreseen =
            workflow::preview(self.house, habilitation, self.read.service.as_ref(), actor(self.account), what)?;
        let (gesture, text, conforming) = (self.gesture, self.posted.text.as_str(), self.conforming());
        let asked = Asked {
            habilitation,
            gesture,
            text,
            conforming,
            set_right: &self.set_right,
            mail: foreseen.mail.as_ref(),
            to_report: foreseen.to_report,
        };
        Ok(view::confirm(&self.account.name, &asked).into_response())
    }

    /// The request's page again, with the chosen text below what was typed.
    fn inserted(&self) -> Response {
        let chosen = self.read.templates.iter().find(|template| template.id.to_string() == self.posted.modele);
        let Some(template) = chosen else {
            return self.mistyped(view::template_field(self.gesture), "Choisissez un modèle à insérer".into());
        };
        let filled = reasons::filled(self.house, self.account, &self.read.habilitation, &template.body);
        let typed = self.posted.text.trim();
        let text = if typed.is_empty() { filled } else { format!("{typed}\n\n{filled}") };
        self.again(&text, Vec::new(), StatusCode::OK)
    }

    /// The request's page, with what was typed.
    fn again(&self, text: &str, errors: Vec<FieldError>, status: StatusCode) -> Response {
        let typed = Typed { gesture: self.gesture, text, set_right: Some(&self.set_right), errors };
        (status, self.read.page(self.house, self.account, Some(typed), None)).into_response()
    }

    async fn take(&self, what: What) -> PageResult<Response> {
        let habilitation = &self.read.habilitation;
        let (id, by, set_right) = (habilitation.id, actor(self.account), self.set_right.clone());
        let decided = workflow::decide_with(self.house, id, self.posted.version, by, what, set_right).await;
        match decided {
            Ok(decided) => {
                let page = paths::request(&decided.number());
                Ok(Redirect::to(&format!("{page}?fait={}", done_name(self.gesture))).into_response())
            }
            Err(Undecided::NotFound) => Err(Error::NotFound),
            Err(Undecided::Stale) => {
                let latest = Read::of(self.house, habilitation.datapass_id).await?.ok_or(Error::NotFound)?;
                Ok(self.stale(&latest))
            }
            Err(Undecided::Refused(refusal)) => {
                let sentence = format!("La décision n’a pas été prise : {refusal}.");
                Ok(self.refused(StatusCode::CONFLICT, &sentence))
            }
            Err(Undecided::Blocked(checks)) => Ok(self.blocked(&checks)),
            Err(Undecided::NotConforming(checks)) => Ok(self.not_conforming(&checks)),
            Err(Undecided::Own) => Ok(self.refused(StatusCode::FORBIDDEN, OWN)),
            Err(Undecided::DecidedInDatapass) => Ok(self.in_datapass()),
            Err(Undecided::Store(error)) => Err(error.into()),
        }
    }

    fn number(&self) -> String {
        self.read.habilitation.number()
    }

    fn refused(&self, status: StatusCode, sentence: &str) -> Response {
        let page = view::refused(&self.account.name, &self.number(), sentence, &self.posted.text, None);
        (status, page).into_response()
    }

    fn in_datapass(&self) -> Response {
        let links = links(&self.house.config, &self.read.habilitation);
        let (name, number) = (&self.account.name, self.number());
        let page = view::refused(name, &number, IN_DATAPASS, &self.posted.text, Some(&links.datapass));
        (StatusCode::FORBIDDEN, page).into_response()
    }

    fn stale(&self, latest: &Read) -> Response {
        let page = view::stale(&self.account.name, &self.number(), latest.history.first(), &self.posted.text);
        (StatusCode::CONFLICT, page).into_response()
    }

    fn blocked(&self, checks: &[Check]) -> Response {
        let page = view::blocked(&self.account.name, &self.number(), checks, &self.posted.text);
        (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
    }

    fn not_conforming(&self, checks: &[Check]) -> Response {
        let page = view::not_conforming(&self.account.name, &self.number(), checks);
        (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
    }

    /// The request's page again, the text as it was typed.
    fn mistyped(&self, field: &'static str, sentence: String) -> Response {
        self.again(&self.posted.text, vec![FieldError { field, sentence }], StatusCode::UNPROCESSABLE_ENTITY)
    }
}

#[cfg(test)]
mod tests {
    use super::Posted;
    use axum::extract::Query;

    #[test]
    fn each_form_has_its_own_name_for_the_text() {
        for name in ["commentaire", "motif-modifications", "motif-refus", "motif-revocation"] {
            let address = format!("/?version=3&{name}=Bonjour%20!").parse().unwrap();
            let Query(posted) = Query::<Posted>::try_from_uri(&address).unwrap();
            assert_eq!((posted.version, posted.text.as_str(), posted.confirme.as_str()), (3, "Bonjour !", ""));
        }
    }
}
