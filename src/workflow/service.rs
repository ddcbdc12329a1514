//! The mise en service, seen from the corridor: runs the saga, one request at a time for a body and none while HubEE
//! refuses our credentials, then writes what it leads to: opened, delayed, awaited from the collectivité.

use chrono::{DateTime, Duration, Utc};

use super::alarm::{self, Alarm};
use super::apply::{NotApplied, apply};
use super::follow::{activation_reminder, provision};
use super::house::House;
use super::reminders;
use crate::clients::hubee::Organisation;
use crate::domain::territory::departement;
use crate::domain::{Action, Actor, Change, Habilitation, HabilitationId, InForce, What};
use crate::jobs::{Failure, backoff};
use crate::provisioning::{self, Corrections, Ended, ErrorClass, Gate, Look, Saga, Status, Turn};
use crate::publication;
use crate::store::collectivites::{Ended as Closed, Successor};
use crate::store::provisioning::{self as table, ProvisioningRow};
use crate::store::sirene_facts::SireneFact;
use crate::store::{self, Tx, collectivites, habilitations, jobs, sirene_facts};

/// How long a request waits for another of the same body.
const LANE: Duration = Duration::seconds(30);

/// The « code guichet » of organisations that HubEE made before it knew communes.
const LEGACY_BRANCH: &str = "00000";

/// Between two looks at a subscription about which a person waits.
pub(super) const LOOK_AGAIN: Duration = Duration::days(1);

/// Runs the saga of a request once, and follows.
pub async fn advance(house: &House, habilitation: Habilitation) -> Result<(), Failure> {
    let Some(in_force) = &habilitation.in_force else { return Ok(()) };
    if put_aside(house, habilitation.id).await? {
        return Ok(());
    }
    let known = row(house, habilitation.id).await?;
    let set_right = known.as_ref().map(Corrections::of).unwrap_or_default();
    let served = set_right.body(&habilitation).and_then(|body| body.siret());
    let Some(siret) = served.map(|siret| siret.to_string()) else {
        return run(house, &habilitation, in_force, None).await;
    };
    if !provisioning::enter(&house.db, &house.clock, &siret, habilitation.id).await? {
        let why = "une autre demande du même établissement est à l’œuvre dans HubEE".to_owned();
        return Err(Failure::Wait { why, at: house.clock.now() + LANE });
    }
    let outcome = run(house, &habilitation, in_force, Some(&siret)).await;
    provisioning::leave(&house.db, &siret, habilitation.id).await?;
    outcome
}

/// Whether a person put it aside; put back there when a run that was under way moved it meanwhile.
async fn put_aside(house: &House, id: HabilitationId) -> store::Result<bool> {
    let Some(mut row) = row(house, id).await?.filter(provisioning::is_parked) else { return Ok(false) };
    if row.status != Status::Parked.name() {
        let mut tx = house.db.begin().await?;
        provisioning::park(&mut row, None, house.clock.now());
        table::save(tx.cx(), &row).await?;
        tx.commit().await?;
    }
    Ok(true)
}

async fn run(
    house: &House,
    habilitation: &Habilitation,
    in_force: &InForce,
    siret: Option<&str>,
) -> Result<(), Failure> {
    let before = row(house, habilitation.id).await?;
    let facts = Facts::of(house, in_force, siret).await?;
    let saga = facts.saga(house);
    let cog = in_force.dossier.organisation.code_cog.as_deref().unwrap_or("00000");
    let key = Organisation::key(siret.unwrap_or("00000000000000"), cog);
    let mut ended = match provisioning::admit(&house.db, &house.clock, &house.hubee, &key).await? {
        Gate::Open => provisioning::advance(&saga, habilitation).await?,
        Gate::Shut { why, until } => provisioning::shut(&saga, habilitation, why, until).await?,
    };
    if ended.turn == Turn::Opened {
        if open(house, &ended.row, before.as_ref()).await? {
            return Ok(());
        }
        ended = provisioning::unpublishable(&house.clock, ended.row);
    }
    if matches!(ended.turn, Turn::Retry { .. }) {
        let (now, asked) = (house.clock.now(), ended.row.next_attempt_at);
        let paced = now + provisioning::pace(backoff(ended.row.attempts.max(1)), asked.map(|at| at - now));
        // The circuit says when it is looked at again.
        let said = asked.filter(|_| ended.class() == Some(ErrorClass::Credentials));
        ended.row.next_attempt_at = Some(said.unwrap_or(paced));
    }
    let held = matches!(ended.turn, Turn::Held { .. });
    if held && Corrections::of(&ended.row).waits {
        ended.row.next_attempt_at = Some(house.clock.now() + LOOK_AGAIN);
    }
    stand(house, &ended, before.as_ref(), in_force).await?;
    let at = ended.row.next_attempt_at.unwrap_or_else(|| house.clock.now());
    let class = ended.class();
    match ended.turn {
        // Somebody waits before they choose.
        Turn::Held { .. } if ended.row.next_attempt_at.is_some() => look_again(house, habilitation, at).await,
        Turn::Opened | Turn::Held { .. } => Ok(()),
        Turn::AwaitsActivation { again } => look_again(house, habilitation, again).await,
        // The saga counts its own tries.
        Turn::Retry { why } => Err(Failure::Wait { why, at }),
        Turn::Parked { why } => Err(Failure::park(match class {
            Some(class) => format!("{} : {why}", class.label()),
            None => why,
        })),
    }
}

/// What Sirene said of a body and of the éditeur that acts for it.
struct Facts {
    register: Option<SireneFact>,
    editeur: Option<SireneFact>,
}

impl Facts {
    async fn of(house: &House, in_force: &InForce, siret: Option<&str>) -> store::Result<Self> {
        let publisher = in_force.dossier.editeur.as_ref().and_then(|editeur| editeur.siret.as_deref());
        Ok(Self { register: fact(house, siret).await?, editeur: fact(house, publisher).await? })
    }

    fn saga<'a>(&'a self, house: &'a House) -> Saga<'a> {
        Saga {
            db: &house.db,
            clock: &house.clock,
            hubee: &house.hubee,
            activation: house.config.hubee.activation,
            rules: house.config.hubee.rules,
            register: self.register.as_ref().and_then(|fact| fact.organisation.as_ref()),
            editeur: self.editeur.as_ref().and_then(|fact| fact.organisation.as_ref()),
        }
    }
}

/// What HubEE shows of a subscription that a person names, before they take it.
///
/// # Errors
/// When the database can't be reached.
pub async fn look(house: &House, habilitation: &Habilitation, id: &str) -> store::Result<Look> {
    let Some(in_force) = &habilitation.in_force else {
        return Ok(Look::NotOurs("Aucune habilitation n’est en vigueur.".into()));
    };
    let set_right = row(house, habilitation.id).await?.as_ref().map(Corrections::of).unwrap_or_default();
    let siret = set_right.body(habilitation).and_then(|body| body.siret()).map(|siret| siret.to_string());
    let facts = Facts::of(house, in_force, siret.as_deref()).await?;
    let key = Organisation::key(siret.as_deref().unwrap_or("00000000000000"), "00000");
    match provisioning::admit(&house.db, &house.clock, &house.hubee, &key).await? {
        Gate::Open => provisioning::look(&facts.saga(house), habilitation, id).await,
        Gate::Shut { why, .. } => Ok(Look::Failed(why)),
    }
}

/// What Sirene said of an establishment, when it was asked.
async fn fact(house: &House, siret: Option<&str>) -> store::Result<Option<SireneFact>> {
    match siret {
        Some(siret) => sirene_facts::of(house.db.read().await?.cx(), siret).await,
        None => Ok(None),
    }
}

async fn row(house: &House, id: HabilitationId) -> store::Result<Option<ProvisioningRow>> {
    table::of(house.db.read().await?.cx(), id).await
}

/// Whether the page was opened for the answers in force: an acceptance of others opens it again.
fn opened_since(row: &ProvisioningRow, in_force: &InForce) -> bool {
    row.opened_at.is_some_and(|at| at >= in_force.since)
}

/// Opens the public page, once per acceptance: history, page, and the note that it is open go together. `false`, and
/// nothing is written, when it lacks what a page must say.
async fn open(house: &House, run: &ProvisioningRow, before: Option<&ProvisioningRow>) -> Result<bool, Failure> {
    let id = run.habilitation_id;
    let mut tx = house.db.begin().await?;
    table::progress(tx.cx(), run).await?;
    let Some(habilitation) = habilitations::by_id(tx.cx(), id).await? else {
        return Err(Failure::park("no such request"));
    };
    let habilitation = told(traced(&mut tx, house, habilitation, run, before).await)?;
    match publish(&mut tx, house, habilitation).await {
        Ok(true) => {}
        Ok(false) => return Ok(false),
        Err(NotApplied::Store(error)) => return Err(error.into()),
        Err(other) => return Err(Failure::retry(other)),
    }
    tx.commit().await?;
    house.wake.notify_waiters();
    // The list is prepared once for all that open within half a second, by whoever watches it: a worker does not wait.
    Ok(true)
}

/// Publishes the form of a request, unless it is published already for the answers in force. `false`: nothing can be.
pub(super) async fn publish(tx: &mut Tx, house: &House, habilitation: Habilitation) -> Result<bool, NotApplied> {
    let id = habilitation.id;
    let Some(row) = table::of(tx.cx(), id).await? else { return Ok(false) };
    let since = match &habilitation.in_force {
        Some(in_force) if !opened_since(&row, in_force) => in_force.since,
        _ => return Ok(true),
    };
    let Some(collectivite) = published(tx, &habilitation, &row, house).await? else { return Ok(false) };
    let action = Action { at: house.clock.now(), by: Actor::Habilis, what: What::OpenService };
    apply(tx, &house.clock, &house.config.days, habilitation, &action, None).await?;
    let to = Successor { siret: &collectivite.siret, name: &collectivite.name };
    collectivites::close_others(tx.cx(), id, to, Closed::Transferred, house.clock.now()).await?;
    collectivites::open(tx.cx(), &collectivite).await?;
    let opened_at = Some(house.clock.now().max(since));
    table::save(tx.cx(), &ProvisioningRow { opened_at, ..row }).await?;
    Ok(true)
}

/// A line of history for what was set right by itself, when it is not what it was.
async fn traced(
    tx: &mut Tx,
    house: &House,
    habilitation: Habilitation,
    run: &ProvisioningRow,
    before: Option<&ProvisioningRow>,
) -> Result<Habilitation, NotApplied> {
    let read = |row: &ProvisioningRow| -> Vec<Change> {
        let kept = row.adjustments.as_ref();
        kept.and_then(|json| serde_json::from_value(json.0.clone()).ok()).unwrap_or_default()
    };
    let (known, mut changes) = (before.map(read).unwrap_or_default(), read(run));
    changes.retain(|change| !known.contains(change));
    let what = What::Adjust { changes };
    if what == (What::Adjust { changes: Vec::new() }) || habilitation.in_force.is_none() {
        return Ok(habilitation);
    }
    let action = Action { at: house.clock.now(), by: Actor::Habilis, what };
    apply(tx, &house.clock, &house.config.days, habilitation, &action, None).await
}

fn told<T>(applied: Result<T, NotApplied>) -> Result<T, Failure> {
    applied.map_err(|error| match error {
        NotApplied::Store(error) => error.into(),
        other => Failure::retry(other),
    })
}

async fn published(
    tx: &mut store::Tx,
    habilitation: &Habilitation,
    row: &ProvisioningRow,
    house: &House,
) -> store::Result<Option<collectivites::Collectivite>> {
    let mut completed = habilitation.clone();
    let Some(in_force) = &mut completed.in_force else { return Ok(None) };
    let corrections = Corrections::of(row);
    let organisation = &mut in_force.dossier.organisation;
    if let Some(merged) = &corrections.merged_into {
        *organisation = merged.clone();
    }
    let mut own = organisation.code_cog.clone();
    organisation.code_cog = corrections.code_cog.or(organisation.code_cog.take());
    if !organisation.is_named()
        && let Some(name) = corrections.name
    {
        organisation.name = name;
    }
    organisation.postal_code = corrections.postal_code.or(organisation.postal_code.take());
    if let Some(siret) = organisation.siret()
        && let Some(fact) = sirene_facts::of(tx.cx(), siret.as_ref()).await?
        && let Some(known) = fact.organisation
    {
        own = own.or(known.code_cog.clone());
        *organisation = organisation.clone().completed_by(&known);
    }
    let collectivite = publication::collectivite_of(&completed, house.clock.now());
    // The form sends to the organisation as HubEE names it; a code of old says nothing of where it is.
    let is_legacy = |one: &collectivites::Collectivite| one.code_cog == LEGACY_BRANCH;
    Ok(collectivite.map(|one| match own {
        Some(own) if is_legacy(&one) => collectivites::Collectivite { departement: departement(&own), ..one },
        _ => one,
    }))
}

/// Writes where a run stopped and, when it is news, a line of history that it takes longer and why; reminds whoever is
/// waited for: together, so that a process killed here tells it at its next run.
async fn stand(
    house: &House,
    ended: &Ended,
    before: Option<&ProvisioningRow>,
    in_force: &InForce,
) -> Result<(), Failure> {
    let (why, activation) = match &ended.turn {
        Turn::AwaitsActivation { .. } => ("la collectivité doit activer l’abonnement dans HubEE", true),
        Turn::Held { why } | Turn::Retry { why } | Turn::Parked { why } => (why.as_str(), false),
        Turn::Opened => return Ok(()),
    };
    let moved = before.is_none_or(|row| row.status != ended.row.status);
    // What families use already is not announced as late.
    let news = moved && !before.is_some_and(|row| opened_since(row, in_force));
    let (mut row, now) = (ended.row.clone(), house.clock.now());
    let mut tx = house.db.begin().await?;
    let found = habilitations::by_id(tx.cx(), row.habilitation_id).await?;
    if activation && let Some(habilitation) = &found {
        remind(&mut tx, house, habilitation, &mut row).await?;
    }
    table::progress(tx.cx(), &row).await?;
    if let Some(habilitation) = found {
        let traced = traced(&mut tx, house, habilitation, &row, before).await;
        let what = What::DelayService { why: why.to_owned(), activation };
        let action = Action { at: now, by: Actor::Habilis, what };
        let applied = match traced {
            Ok(habilitation) if news => {
                apply(&mut tx, &house.clock, &house.config.days, habilitation, &action, None).await.map(|_| ())
            }
            other => other.map(|_| ()),
        };
        match applied {
            // Revoked meanwhile: the delay no longer matters.
            Ok(()) | Err(NotApplied::Refused(_)) => {}
            Err(NotApplied::Store(error)) => return Err(error.into()),
            Err(stale @ NotApplied::Stale) => return Err(Failure::retry(stale)),
        }
    }
    sound(&mut tx, house, ended, why, moved).await?;
    tx.commit().await?;
    house.wake.notify_waiters();
    Ok(())
}

/// Reminds the demandeur whose activation is awaited, then tells the responsables; never twice for one rank. Whoever said
/// that it is done is not reminded: the responsables are, as long as nobody made sure.
async fn remind(tx: &mut Tx, house: &House, about: &Habilitation, row: &mut ProvisioningRow) -> store::Result<()> {
    let now = house.clock.now();
    let Some(since) = row.awaiting_since.filter(|_| row.opened_by_hand.is_none()) else { return Ok(()) };
    let readable = provisioning::progress_of(row.clone(), Vec::new()).is_readable();
    // Once HubEE shows the state, what was said of it no longer matters.
    if let Some(declared) = row.declared_at.filter(|_| !readable) {
        let Some(rank) = provisioning::unheard(&house.config.days, declared, row.reminded, now) else { return Ok(()) };
        row.reminded = rank;
        return reminders::tell_activation(tx, house, about.id, now, true).await;
    }
    let Some(rank) = provisioning::relance_due(&house.config.days, since, row.reminded, now) else { return Ok(()) };
    row.reminded = rank;
    if rank == provisioning::ESCALATION {
        return reminders::tell_activation(tx, house, about.id, since, false).await;
    }
    jobs::enqueue(tx.cx(), &activation_reminder(about, since, rank, now), now).await?;
    Ok(())
}

/// What operators must know at once: our credentials are refused, or a mise en service just stopped for good.
async fn sound(tx: &mut Tx, house: &House, ended: &Ended, why: &str, moved: bool) -> store::Result<()> {
    let tell = match (ended.class(), &ended.turn) {
        (Some(ErrorClass::Credentials), _) => provisioning::refused(tx, why, house.clock.now()).await?,
        (Some(_), Turn::Parked { .. }) => moved,
        _ => false,
    };
    // What the scope promises is refused: every mise en service falls back on people, one by one.
    if provisioning::Rights::of(&ended.row).falls_short(&house.config.hubee.scope) {
        alarm::tell(tx, house, Alarm::Class(ErrorClass::Rights)).await?;
    }
    match ended.class().filter(|_| tell) {
        Some(class) => alarm::tell(tx, house, Alarm::Class(class)).await,
        None => Ok(()),
    }
}

async fn look_again(house: &House, habilitation: &Habilitation, at: DateTime<Utc>) -> Result<(), Failure> {
    let mut tx = house.db.begin().await?;
    jobs::enqueue(tx.cx(), &provision(habilitation, at), house.clock.now()).await?;
    Ok(tx.commit().await?)
}
