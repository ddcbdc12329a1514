//! One collectivité as we hold it, beside what HubEE or Sirene shows of it. Pure.

use serde_json::json;

use super::{Kind, Part, access};
use crate::clients::hubee::Subscription;
use crate::domain::Organisation;
use crate::domain::names::normalise;
use crate::provisioning::suspension::Status;
use crate::store::drift::{Ours, Seen};
use crate::store::suspensions::SuspensionRow;

/// Everything known of one SIRET, on both sides.
pub struct Both<'a> {
    pub siret: &'a str,
    pub ours: Option<&'a Ours>,
    /// Newest first.
    pub suspensions: Vec<&'a SuspensionRow>,
    /// A mise en service of ours speaks of this SIRET.
    pub known: bool,
    pub theirs: Vec<&'a Subscription>,
}

/// Adds to `part` what differs.
pub fn hubee(both: &Both<'_>, part: &mut Part) {
    double(both, part);
    if let Some(ours) = both.ours.filter(|ours| ours.live) {
        return live(ours, both, part);
    }
    for row in &both.suspensions {
        let same = |one: &&&Subscription| match (&row.subscription_id, &row.branch_code) {
            (Some(id), _) => one.id() == id,
            (None, Some(branch)) => one.branch() == branch,
            (None, None) => true,
        };
        let Some(found) = both.theirs.iter().find(same) else { continue };
        let status = Status::parse(&row.status);
        match (found.is_active(), status) {
            // Its own task says it already.
            (true, Status::ByHand) => {}
            (true, status) if status.forbids_active() => part.seen.push(stopped(both, row, found)),
            (false, Status::ByHand) => part.look.push(row.id),
            _ => {}
        }
    }
    if both.suspensions.is_empty() && !both.known {
        part.seen.extend(both.theirs.first().map(|found| unknown(both.siret, found)));
    }
}

/// What is open here must be active there, with the demandeur as administrator, and reached as it asks.
fn live(ours: &Ours, both: &Both<'_>, part: &mut Part) {
    let placed = |one: &&&Subscription| ours.branch_code.as_deref().is_none_or(|branch| one.branch() == branch);
    let by_id = both.theirs.iter().find(|one| ours.subscription_id.as_deref() == Some(one.id()));
    let Some(found) = by_id.or_else(|| both.theirs.iter().find(placed)) else {
        part.seen.push(of(ours, Kind::Missing, "Actif".into(), "Aucun abonnement".into(), json!({})));
        return;
    };
    if !found.is_active() {
        let detail = json!({ "subscription": found.id() });
        part.seen.push(of(ours, Kind::Inactive, "Actif".into(), found.status().to_owned(), detail));
    }
    if let (Some(expected), Some(administrator)) = (&ours.administrator, found.administrator_email())
        && !expected.trim().eq_ignore_ascii_case(administrator.trim())
    {
        let detail = json!({ "administrator": administrator });
        part.seen.push(of(ours, Kind::Administrator, expected.clone(), administrator.to_owned(), detail));
    }
    if let Some((asked, shown)) = access::differs(ours, found) {
        let detail = json!({ "subscription": found.id(), "branch": found.branch() });
        part.seen.push(of(ours, Kind::Access, asked, shown, detail));
    }
}

/// One collectivité receives by one abonnement: two that live, under two codes, and télédossiers may go to either.
fn double(both: &Both<'_>, part: &mut Part) {
    let Some(ours) = both.ours else { return };
    let alive = |one: &&&Subscription| matches!(one.status(), "Actif" | "Inactif");
    let mut branches: Vec<(&str, &str)> =
        both.theirs.iter().filter(alive).map(|one| (one.branch(), one.status())).collect();
    branches.sort_unstable();
    branches.dedup_by_key(|(branch, _)| *branch);
    if branches.len() > 1 {
        let found: Vec<String> = branches.iter().map(|(branch, status)| format!("code {branch} : {status}")).collect();
        let kept = ours.branch_code.as_deref().unwrap_or(&ours.code_cog);
        let expected = format!("Un seul abonnement, sous le code {kept}");
        part.seen.push(of(ours, Kind::Double, expected, found.join(" ; "), json!({ "branch": kept })));
    }
}

fn stopped(both: &Both<'_>, row: &SuspensionRow, found: &Subscription) -> Seen {
    let name = both.ours.map_or_else(|| found.subscriber_name().to_owned(), |ours| ours.name.clone());
    Seen {
        kind: Kind::Reactivated.name(),
        siret: row.siret.clone(),
        habilitation: Some(row.habilitation_id),
        datapass_id: both.ours.map(|ours| ours.datapass_id).or(found.datapass_id().filter(|id| *id != 0)),
        name: if name.is_empty() { format!("SIRET {}", row.siret) } else { name },
        expected: "Suspendu".into(),
        found: found.status().to_owned(),
        detail: json!({ "subscription": found.id() }),
    }
}

fn unknown(siret: &str, found: &Subscription) -> Seen {
    let name = match found.subscriber_name() {
        "" => format!("SIRET {siret}"),
        name => name.to_owned(),
    };
    let origin = found.datapass_id().filter(|id| *id != 0).map_or("fait à la main".to_owned(), |id| format!("D{id}"));
    Seen {
        kind: Kind::Unknown.name(),
        siret: siret.to_owned(),
        habilitation: None,
        datapass_id: None,
        name,
        expected: "Aucun abonnement".into(),
        found: format!("{}, {origin}", found.status()),
        detail: json!({ "subscription": found.id() }),
    }
}

/// What Sirene says of an open form: `None` when it does not know the establishment.
pub fn sirene(ours: &Ours, register: Option<&Organisation>) -> Vec<Seen> {
    let Some(known) = register else {
        return vec![of(ours, Kind::Closed, "Actif".into(), "Inconnu de Sirene".into(), json!({}))];
    };
    let mut seen = Vec::new();
    if known.active == Some(false) {
        seen.push(of(ours, Kind::Closed, "Actif".into(), "Fermé".into(), json!({})));
    }
    // A person chose against this very code of the register: only another one is news.
    let chosen_against = |code: &str| ours.set_cog.is_some() && ours.register_cog.as_deref() == Some(code);
    if let Some(code) = known.code_cog.as_deref().filter(|code| *code != ours.code_cog && !chosen_against(code)) {
        seen.push(of(ours, Kind::OtherCog, ours.code_cog.clone(), code.to_owned(), json!({ "code_cog": code })));
    }
    if !known.name.trim().is_empty() && normalise(&known.name) != normalise(&ours.name) {
        let detail = json!({ "name": known.name });
        seen.push(of(ours, Kind::Renamed, ours.name.clone(), known.name.clone(), detail));
    }
    seen
}

fn of(ours: &Ours, kind: Kind, expected: String, found: String, detail: serde_json::Value) -> Seen {
    Seen {
        kind: kind.name(),
        siret: ours.siret.clone(),
        habilitation: Some(ours.habilitation_id),
        datapass_id: Some(ours.datapass_id),
        name: ours.name.clone(),
        expected,
        found,
        detail,
    }
}
