//! C8, C9 and C10: does the demandeur belong to the collectivité, is their address one of its own, and does it receive?
//! Half of small communes write from free mail: that alone is never a doubt.

use super::check::{Check, Evidence, Facts, Verdict};
use super::heard::{TRACKING, quoted, unheard};
use super::place::category;
use crate::domain::email_domains::{is_free, is_within, look_alike, near_free, of_address, of_site, shared_by};
use crate::domain::names::normalise;
use crate::domain::sources::{Heard, Mailboxes, Mairie, Source, council_is_the_communes};

/// Functions of people who act for a collectivité without being of it.
const OUTSIDERS: [&str; 9] = [
    "consultant",
    "consultante",
    "prestataire",
    "editeur",
    "bureau d etudes",
    "assistance a maitrise d ouvrage",
    "assistant a maitrise d ouvrage",
    "assistante a maitrise d ouvrage",
    "amo",
];

/// C8. What would answer, the SIRET that ProConnect knows, is not sent to us, and the check says so: a function or an
/// address only hints at it.
pub fn belongs(facts: &Facts<'_>) -> Check {
    let check = |verdict, sentence: String| Check::new("C8", verdict, sentence);
    let demandeur = &facts.habilitation.dossier.demandeur;
    let job = demandeur.job_title.as_deref().unwrap_or("non indiquée");
    let words = format!(" {} ", normalise(job));
    let mairie = facts.known.sources.mairie.found().filter(|_| is_communal(facts));
    let domain = demandeur.domain();
    let email = demandeur.email.trim().to_lowercase();
    let standing = domain.as_deref().zip(mairie).map(|(domain, mairie)| standing(&email, domain, mairie));
    let by = domain.as_deref().and_then(shared_by);
    let (judged, of_mairie) = if OUTSIDERS.iter().any(|outsider| words.contains(&format!(" {outsider} "))) {
        let sentence = "La fonction du demandeur n’est pas celle d’un agent ni d’un élu : il lui faut un mandat.";
        let remedy = "Demandez le mandat de la collectivité, ou que l’un de ses agents fasse la demande.";
        (check(Verdict::Look, sentence.into()).remedy(remedy), false)
    } else if matches!(standing, Some(Standing::Official | Standing::Within(_))) {
        let sentence = "L’adresse du demandeur est de la mairie, ce qui l’y rattache.";
        (check(Verdict::Fine, sentence.into()), true)
    } else if let Some(by) = by.filter(|_| is_communal(facts)) {
        let sentence = format!("Le demandeur semble un agent mutualisé ({by}) : un mandat peut être utile.");
        (check(Verdict::Info, sentence), false)
    } else {
        let sentence = "DataPass ne transmet pas le SIRET auquel le demandeur est rattaché : son appartenance se lit à \
                        sa fonction et à son adresse.";
        (check(Verdict::Info, sentence.into()), false)
    };
    let directory = mairie
        .filter(|_| of_mairie)
        .and_then(|mairie| quoted(Source::Annuaire.label(), &facts.known.sources.mairie, official(mairie)));
    judged.seen([facts.datapass_says(format!("Fonction : {job} ; adresse : {email}"))]).seen(directory)
}

/// A commune, or a body of one: what the mairie's addresses say of it.
fn is_communal(facts: &Facts<'_>) -> bool {
    category(facts).is_some_and(|code| code == "7210" || council_is_the_communes(Some(code)))
}

/// How an address stands to those of the mairie.
enum Standing {
    Official,
    Within(String),
    Alike(String),
    Shared(&'static str),
    Free,
    Other,
}

/// C9.
pub fn professional(facts: &Facts<'_>) -> Check {
    let check = |verdict, sentence: String| Check::new("C9", verdict, sentence);
    let email = facts.habilitation.dossier.demandeur.email.trim().to_lowercase();
    let ask = "Assurez-vous auprès de la mairie, par son propre numéro, que cette personne fait bien la demande.";
    let Some(domain) = facts.habilitation.dossier.demandeur.domain() else {
        return check(Verdict::Look, "L’adresse du demandeur n’en est pas une.".into())
            .remedy("Demandez de corriger l’adresse.");
    };
    let sent = facts.datapass_says(format!("Adresse du demandeur : {email}"));
    if let Some(meant) = near_free(&domain) {
        return check(Verdict::Look, format!("Le domaine {domain} ressemble à {meant} : c’est sans doute une faute."))
            .strong()
            .remedy("Demandez de vérifier l’adresse : aucun courriel n’y arriverait.")
            .seen([sent]);
    }
    let heard = &facts.known.sources.mairie;
    let Some(mairie) = heard.found() else { return without_directory(facts, &domain) };
    let label = Source::Annuaire.label();
    let official = quoted(label, heard, official(mairie));
    let judged = match standing(&email, &domain, mairie) {
        Standing::Official => check(Verdict::Fine, "L’adresse est celle de la mairie.".into()),
        Standing::Within(of) => check(Verdict::Fine, format!("L’adresse est du domaine de la mairie, {of}.")),
        Standing::Alike(other) => check(
            Verdict::Look,
            format!("Attention : le domaine {domain} imite {other}, celui de la mairie, à peu de chose près."),
        )
        .remedy(ask)
        .strong(),
        Standing::Shared(by) => check(
            Verdict::Info,
            format!("Le domaine {domain} semble celui d’un organisme qui sert plusieurs communes : {by}."),
        ),
        Standing::Free => check(
            Verdict::Info,
            format!("L’adresse est d’une messagerie ouverte à tous, {domain}, et n’est pas celle de la mairie."),
        ),
        Standing::Other => {
            check(Verdict::Look, format!("Le domaine {domain} n’est pas celui de la mairie.")).remedy(ask)
        }
    };
    judged.seen([sent]).seen(official)
}

fn without_directory(facts: &Facts<'_>, domain: &str) -> Check {
    let check = |verdict, sentence: String| Check::new("C9", verdict, sentence);
    let heard = &facts.known.sources.mairie;
    let sent = facts.datapass_says(format!("Domaine de l’adresse : {domain}"));
    if is_free(domain) {
        let sentence =
            format!("L’adresse est d’une messagerie ouverte à tous, {domain}, comme en ont bien des mairies.");
        return check(Verdict::Info, sentence).seen([sent]);
    }
    let label = Source::Annuaire.label();
    unheard("C9", label, heard)
        .unwrap_or_else(|| {
            check(Verdict::Info, "L’annuaire ne donne pas de mairie à laquelle comparer l’adresse.".into())
                .seen(quoted(label, heard, "Aucune mairie trouvée"))
        })
        .seen([sent])
}

fn standing(email: &str, domain: &str, mairie: &Mairie) -> Standing {
    if mairie.emails.iter().any(|official| official.trim().to_lowercase() == email) {
        return Standing::Official;
    }
    let addresses = mairie.emails.iter().filter_map(|email| of_address(email));
    let sites = mairie.websites.iter().filter_map(|site| of_site(site));
    let own: Vec<String> = addresses.chain(sites).filter(|domain| !is_free(domain)).collect();
    if let Some(base) = own.iter().find(|base| is_within(domain, base) || is_within(base, domain)) {
        return Standing::Within(base.clone());
    }
    if let Some(imitated) = own.iter().find(|base| look_alike(domain, base)) {
        return Standing::Alike(imitated.clone());
    }
    if is_free(domain) {
        return Standing::Free;
    }
    shared_by(domain).map_or(Standing::Other, Standing::Shared)
}

fn official(mairie: &Mairie) -> String {
    let shown = |list: &[String]| if list.is_empty() { "aucun".to_owned() } else { list.join(", ") };
    format!("{}, adresses : {} ; sites : {}", mairie.name, shown(&mairie.emails), shown(&mairie.websites))
}

/// C10.
pub fn reachable(facts: &Facts<'_>) -> Check {
    let check = |verdict, sentence: String| Check::new("C10", verdict, sentence);
    let sources = &facts.known.sources;
    let demandeur = &facts.habilitation.dossier.demandeur;
    let dead = dead(&sources.demandeur_mail);
    let ask = "Demandez une autre adresse : ni nos courriels ni ceux de HubEE n’y arriveraient.";
    if let (Some(at), None) = (sources.confirmed, dead) {
        let confirmed = Evidence {
            source: TRACKING.into(),
            at: Some(at),
            text: "Adresse confirmée par le demandeur, depuis le lien reçu par courriel".into(),
            caveat: None,
        };
        let judged = match self::dead(&sources.dpd_mail) {
            Some(why) => check(Verdict::Look, format!("L’adresse du DPD ne reçoit pas de courriel : {why}."))
                .remedy("Demandez une autre adresse pour le délégué."),
            None => check(Verdict::Fine, "Le demandeur a confirmé que l’adresse est la sienne.".into()),
        };
        return judged.seen([confirmed]).seen(receives(facts));
    }
    if let Some(why) = dead {
        return check(Verdict::Blocking, format!("L’adresse du demandeur ne reçoit pas de courriel : {why}."))
            .remedy(ask)
            .seen([facts.datapass_says(format!("Adresse du demandeur : {}", demandeur.email))])
            .seen(receives(facts));
    }
    if let Some(why) = self::dead(&sources.dpd_mail) {
        return check(Verdict::Look, format!("L’adresse du DPD ne reçoit pas de courriel : {why}."))
            .remedy("Demandez une autre adresse pour le délégué.")
            .seen(receives(facts));
    }
    if let Some(missing) = unheard("C10", Source::Dns.label(), &sources.demandeur_mail) {
        return missing;
    }
    check(
        Verdict::Info,
        "Le domaine de l’adresse reçoit du courriel ; le demandeur ne l’a pas encore confirmée.".into(),
    )
    .seen(receives(facts))
}

/// Why nothing arrives at a domain.
fn dead(heard: &Heard<Mailboxes>) -> Option<&'static str> {
    match heard {
        Heard::Absent { .. } => Some("son domaine n’existe pas"),
        Heard::Found { value: Mailboxes::Refused, .. } => Some("son domaine déclare n’en recevoir aucun"),
        Heard::Found { value: Mailboxes::Nowhere, .. } => Some("son domaine n’a pas de serveur"),
        _ => None,
    }
}

/// What the DNS said of both addresses.
fn receives(facts: &Facts<'_>) -> Vec<Evidence> {
    let sources = &facts.known.sources;
    let dossier = &facts.habilitation.dossier;
    let dpd = dossier.dpd.as_ref().and_then(|dpd| dpd.domain());
    let pairs = [(dossier.demandeur.domain(), &sources.demandeur_mail), (dpd, &sources.dpd_mail)];
    let said = pairs.into_iter().filter_map(|(domain, heard)| {
        let text = match heard {
            Heard::Absent { .. } => "domaine inconnu".to_owned(),
            Heard::Found { value: Mailboxes::Servers { hosts }, .. } => format!("serveurs {}", hosts.join(", ")),
            Heard::Found { value: Mailboxes::Implicit, .. } => {
                "pas de serveur déclaré, mais un hôte de ce nom".to_owned()
            }
            Heard::Found { value: Mailboxes::Refused, .. } => "déclare ne pas recevoir de courriel".to_owned(),
            Heard::Found { value: Mailboxes::Nowhere, .. } => "aucun serveur".to_owned(),
            _ => return None,
        };
        quoted(Source::Dns.label(), heard, format!("{} : {text}", domain?))
    });
    let mut said: Vec<_> = said.collect();
    said.dedup();
    said
}

#[cfg(test)]
mod tests {
    use super::super::Known;
    use super::super::samples::{at, habilitation};
    use super::*;
    use crate::domain::sources::Sources;

    fn found<T>(value: T) -> Heard<T> {
        Heard::Found { value, at: at("2026-06-03T00:00:00Z"), down: None }
    }

    fn absent<T>() -> Heard<T> {
        Heard::Absent { at: at("2026-06-03T00:00:00Z"), down: None }
    }

    fn nine(email: &str, mairie: Heard<Mairie>) -> Check {
        let mut habilitation = habilitation();
        habilitation.dossier.demandeur.email = email.into();
        let known = Known { sources: Sources { mairie, ..Sources::default() }, ..Known::default() };
        professional(&Facts { habilitation: &habilitation, known: &known })
    }

    #[test]
    fn addresses_of_the_mairie() {
        use Verdict::{Fine, Info, Look};
        let own = || Mairie {
            name: "Mairie - Hauteluce".into(),
            emails: vec!["mairie@hauteluce.fr".into()],
            websites: vec!["https://www.hauteluce.fr".into()],
            phones: vec![],
        };
        // Half of small communes: no domain of their own.
        let free = || Mairie { emails: vec!["mairie.hauteluce@wanadoo.fr".into()], websites: vec![], ..own() };
        let site_only = || Mairie { emails: vec!["mairie.hauteluce@wanadoo.fr".into()], ..own() };
        let agglo = || Mairie { emails: vec!["hauteluce@arlysere-agglo.fr".into()], websites: vec![], ..own() };
        for (email, mairie, verdict) in [
            ("Mairie@Hauteluce.fr", own(), Fine),
            ("c.martineau@hauteluce.fr", own(), Fine),
            ("c.martineau@enfance.hauteluce.fr", own(), Fine),
            ("c.martineau@hautelluce.fr", own(), Look),
            ("c.martineau@hauteluce.com", own(), Look),
            ("c.martineau@haute-luce.fr", own(), Look),
            ("c.martineau@orange.fr", own(), Info),
            ("c.martineau@gmial.com", own(), Look),
            ("c.martineau@conseil-exemple.fr", own(), Look),
            ("c.martineau@arlysere-agglo.fr", own(), Info),
            ("c.martineau@cdg73.fr", own(), Info),
            ("c.martineau@savoie.gouv.fr", own(), Info),
            ("mairie.hauteluce@wanadoo.fr", free(), Fine),
            // The same free mail proves nothing.
            ("c.martineau@wanadoo.fr", free(), Info),
            ("c.martineau@hauteluce.fr", free(), Look),
            ("c.martineau@hauteluce.fr", site_only(), Fine),
            ("c.martineau@arlysere-agglo.fr", agglo(), Fine),
            ("sans-arobase", own(), Look),
        ] {
            let check = nine(email, found(mairie));
            assert_eq!(check.verdict, verdict, "{email} {check:?}");
        }
        let down = Heard::Down { since: at("2026-06-03T00:00:00Z"), why: "erreur HTTP 500".into() };
        assert_eq!(nine("a@hauteluce.fr", down).verdict, Verdict::Unverified);
        assert_eq!(nine("a@hauteluce.fr", absent()).verdict, Info);
        assert_eq!(nine("a@hauteluce.fr", Heard::Off).verdict, Verdict::Unverified);
        assert_eq!(nine("a@wanadoo.fr", Heard::Off).verdict, Info);
        assert_eq!(nine("a@wanadooo.fr", Heard::Off).verdict, Look);
    }

    #[test]
    fn who_belongs() {
        use Verdict::{Fine, Info, Look};
        let own = || Mairie { emails: vec!["mairie@hauteluce.fr".into()], ..Mairie::default() };
        for (job, email, category, mairie, verdict) in [
            (Some("Directrice générale des services"), "c.martineau@hauteluce.fr", "7210", found(own()), Fine),
            (Some("Secrétaire de mairie"), "Mairie@Hauteluce.fr", "7210", found(own()), Fine),
            (None, "c.martineau@hauteluce.fr", "7361", found(own()), Fine),
            (Some("Directrice"), "c.martineau@wanadoo.fr", "7210", found(own()), Info),
            (Some("Directrice"), "c.martineau@hauteluce.fr", "7210", Heard::Off, Info),
            (Some("Chargée de mission"), "c.martineau@arlysere-agglo.fr", "7210", found(own()), Info),
            (Some("Archiviste"), "c.martineau@cdg73.fr", "7210", absent(), Info),
            // The mairie of the town where an EPCI sits is not the EPCI.
            (Some("Directrice"), "c.martineau@hauteluce.fr", "7346", found(own()), Info),
            (Some("Directrice"), "c.martineau@arlysere-agglo.fr", "7348", absent(), Info),
            (Some("Consultante"), "c.martineau@conseil-exemple.fr", "7210", found(own()), Look),
            (Some("Éditeur"), "c.martineau@logiciel-exemple.fr", "7210", Heard::Off, Look),
            (Some("AMO numérique"), "c.martineau@hauteluce.fr", "7210", found(own()), Look),
            (Some("Assistant à maîtrise d’ouvrage"), "c@exemple.fr", "7210", absent(), Look),
            (Some("Responsable des prestations aux familles"), "c.martineau@hauteluce.fr", "7210", found(own()), Fine),
            (Some("Cheffe du bureau des études"), "c.martineau@hauteluce.fr", "7210", found(own()), Fine),
        ] {
            let mut habilitation = habilitation();
            habilitation.dossier.organisation.legal_category = Some(category.into());
            habilitation.dossier.demandeur.job_title = job.map(str::to_owned);
            habilitation.dossier.demandeur.email = email.into();
            let known = Known { sources: Sources { mairie, ..Sources::default() }, ..Known::default() };
            let check = belongs(&Facts { habilitation: &habilitation, known: &known });
            assert_eq!(check.verdict, verdict, "{job:?} {email} {category} {check:?}");
        }
    }

    #[test]
    fn who_receives() {
        use Verdict::{Blocking, Fine, Info, Look, Unverified};
        let servers = || found(Mailboxes::Servers { hosts: vec!["mx1.hauteluce.fr".into()] });
        let down = || Heard::Down { since: at("2026-06-03T00:00:00Z"), why: "pas de réponse à temps".into() };
        for (demandeur, dpd, confirmed, verdict) in [
            (servers(), servers(), true, Fine),
            (servers(), servers(), false, Info),
            (found(Mailboxes::Implicit), servers(), false, Info),
            (absent(), servers(), false, Blocking),
            (found(Mailboxes::Refused), servers(), false, Blocking),
            (found(Mailboxes::Nowhere), Heard::Off, false, Blocking),
            // Confirmed before the domain vanished.
            (absent(), servers(), true, Blocking),
            (servers(), absent(), false, Look),
            (servers(), absent(), true, Look),
            (servers(), down(), false, Info),
            (down(), servers(), false, Unverified),
            (down(), servers(), true, Fine),
            (Heard::Off, Heard::Off, false, Unverified),
            (Heard::Off, Heard::Off, true, Fine),
        ] {
            let told = format!("{demandeur:?} {dpd:?} {confirmed}");
            let confirmed = confirmed.then(|| at("2026-06-04T00:00:00Z"));
            let sources = Sources { demandeur_mail: demandeur, dpd_mail: dpd, confirmed, ..Sources::default() };
            let known = Known { sources, ..Known::default() };
            let check = reachable(&Facts { habilitation: &habilitation(), known: &known });
            assert_eq!(check.verdict, verdict, "{told}");
        }
    }
}
