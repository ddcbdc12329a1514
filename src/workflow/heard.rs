//! What was heard about a request, put together from what is kept: answers of registers, lists loaded from files, the
//! demandeur's own word. Asks nobody.

use chrono::{DateTime, NaiveTime, Utc};
use serde::de::DeserializeOwned;

use crate::domain::sources::{
    Heard, Mailboxes, Question, Registered, Source, Sources, Unit, council_is_the_communes, questions,
};
use crate::domain::{Habilitation, Organisation, territory};
use crate::store::registers::{self, Edition};
use crate::store::sirene_facts::SireneFact;
use crate::store::sources::{self as table, Kept};
use crate::store::{self, Cx, sirene_facts};

/// The body of a request, its blanks filled by what Sirene said.
pub(super) async fn completed(cx: Cx<'_>, habilitation: &Habilitation) -> store::Result<Organisation> {
    let fact = match habilitation.dossier.organisation.siret() {
        Some(siret) => sirene_facts::of(cx, siret.as_ref()).await?,
        None => None,
    };
    Ok(filled(habilitation, fact.as_ref()))
}

fn filled(habilitation: &Habilitation, fact: Option<&SireneFact>) -> Organisation {
    let organisation = habilitation.dossier.organisation.clone();
    match fact.and_then(|fact| fact.organisation.as_ref()) {
        Some(known) => organisation.completed_by(known),
        None => organisation,
    }
}

/// Everything heard about a request, so far.
pub(super) async fn sources(
    mut cx: Cx<'_>,
    habilitation: &Habilitation,
    fact: Option<&SireneFact>,
) -> store::Result<Sources> {
    let organisation = filled(habilitation, fact);
    let dossier = &habilitation.dossier;
    let asked = questions(&organisation, dossier);
    let kept = if asked.is_empty() { Vec::new() } else { table::of(cx.cx(), &asked).await? };
    let siret = organisation.siret().map(|siret| siret.to_string());
    let cog = organisation.code_cog.as_deref().map(str::to_uppercase);
    let city = cog.as_deref().map(territory::city);
    let unit: Heard<Unit> = heard(&kept, Source::Recherche, siret.as_deref())?;
    let council = if council_is_the_communes(organisation.legal_category.as_deref()) {
        heard(&kept, Source::Recherche, city.as_deref())?
    } else {
        unit.clone()
    };
    let mail = |domain: Option<String>| heard::<Mailboxes>(&kept, Source::Dns, domain.as_deref());
    Ok(Sources {
        sirene: heard::<Registered>(&kept, Source::Sirene, siret.as_deref())?,
        council: council.part(|unit| unit.elected.clone().filter(|elected| !elected.is_empty())),
        unit,
        place: heard(&kept, Source::Geo, cog.as_deref())?,
        mairie: heard(&kept, Source::Annuaire, city.as_deref())?,
        demandeur_mail: mail(dossier.demandeur.domain())?,
        dpd_mail: mail(dossier.dpd.as_ref().and_then(|dpd| dpd.domain()))?,
        hubee: heard(&kept, Source::Hubee, siret.as_deref())?,
        rne: match city {
            Some(city) => loaded(registers::elected(cx.cx(), &city).await?),
            None => Heard::Off,
        },
        cnil: match siret.as_deref().and_then(|siret| siret.get(..9)) {
            Some(siren) => loaded(registers::declarations(cx.cx(), siren).await?),
            None => Heard::Off,
        },
        confirmed: table::confirmed(cx, habilitation.id, &dossier.demandeur.email).await?,
    })
}

fn heard<T: DeserializeOwned>(kept: &[Kept], source: Source, key: Option<&str>) -> store::Result<Heard<T>> {
    let Some(key) = key else { return Ok(Heard::Off) };
    let question = Question { source, key: key.to_owned() };
    let row = kept.iter().find(|row| row.source == question.source.name() && row.key == question.key);
    row.map_or(Ok(Heard::Off), Kept::heard)
}

/// A list loaded from a file says what it said on the day of its edition.
fn loaded<T>(found: Option<(Edition, Vec<T>)>) -> Heard<Vec<T>> {
    let Some((edition, list)) = found else { return Heard::Off };
    let at: DateTime<Utc> = edition.dated.and_time(NaiveTime::MIN).and_utc();
    if list.is_empty() { Heard::Absent { at, down: None } } else { Heard::Found { value: list, at, down: None } }
}
