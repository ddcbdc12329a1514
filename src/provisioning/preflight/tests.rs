//! Every code of HubEE's own rules: what holds, and what is set right by itself with before and after.

use super::*;
use crate::instruction::checks::samples::dossier;

fn prepared(change: impl FnOnce(&mut Dossier), set_right: &Corrections) -> Result<Prepared, Vec<Hold>> {
    let mut dossier = dossier();
    change(&mut dossier);
    prepare(&dossier, 61234, None, None, set_right, &Rules::default())
}

fn codes(change: impl FnOnce(&mut Dossier)) -> Vec<String> {
    let held = prepared(change, &Corrections::default()).err().unwrap_or_default();
    held.into_iter().map(|hold| hold.code).collect()
}

/// Before and after of what one rule set right.
fn adjusted(rule: &str, change: impl FnOnce(&mut Dossier)) -> Option<(Option<String>, Option<String>)> {
    let prepared = prepared(change, &Corrections::default()).unwrap();
    let found = prepared.adjustments.into_iter().find(|one| one.field.starts_with(&format!("{rule} :")));
    found.map(|change| (change.before, change.after))
}

#[test]
fn nothing_holds_a_sound_request() {
    assert_eq!(codes(|_| {}), Vec::<String>::new());
}

#[test]
fn what_only_a_person_can_mend_holds() {
    assert_eq!(codes(|d| d.organisation.raw_siret = Some("21730132400019".into())), ["PF-SIRET"]);
    assert_eq!(codes(|d| d.organisation.code_cog = None), ["PF-BRANCH"]);
    assert_eq!(codes(|d| d.organisation.code_cog = Some("73-132".into())), ["PF-BRANCH"]);
    assert_eq!(codes(|d| d.organisation.postal_code = None), ["PF-CP"]);
    assert_eq!(codes(|d| d.organisation.name = "É".repeat(101)), ["PF-NAME"]);
    assert_eq!(codes(|d| d.organisation.name = "[ND]".into()), ["PF-NAME"]);
    assert_eq!(codes(|d| d.demandeur.given_name = None), ["PF-IDENT"]);
    assert_eq!(codes(|d| d.demandeur.family_name = Some("  ".into())), ["PF-IDENT"]);
    for address in ["a@ville.paris", "a+qf@ville.fr", "o'neil@ville.fr", "é@ville.fr", "x@a.fr"] {
        assert_eq!(codes(|d| d.demandeur.email = address.into()), ["PF-MAIL-RE"], "{address}");
    }
    let unnumbered = prepare(&dossier(), 0, None, None, &Corrections::default(), &Rules::default()).unwrap_err();
    assert_eq!(unnumbered[0].code, "PF-DPID");
    let rules = Rules { functional_blocks: true, ..Rules::default() };
    let mut shared = dossier();
    shared.demandeur.email = "mairie@hauteluce.fr".into();
    let held = prepare(&shared, 61234, None, None, &Corrections::default(), &rules).unwrap_err();
    assert_eq!(held[0].code, "PF-MAIL-PERS");
}

#[test]
fn what_is_set_right_by_itself_is_said_with_before_and_after() {
    let some = |text: &str| Some(text.to_owned());
    let mine = dossier().demandeur.email;
    let seen = adjusted("PF-MAIL-CASE", |d| d.demandeur.email = "Claire@Hauteluce.FR".into());
    assert_eq!(seen, Some((some("Claire@Hauteluce.FR"), some("claire@hauteluce.fr"))));
    assert_eq!(
        adjusted("PF-TEL", |d| d.demandeur.phone = some("04.79.00.00.00")),
        Some((some("04.79.00.00.00"), some("+33479000000")))
    );
    assert_eq!(adjusted("PF-TEL", |d| d.demandeur.phone = some("+508 41 23 45")), Some((some("+508 41 23 45"), None)));
    let long = "a".repeat(256);
    assert_eq!(
        adjusted("PF-FUNC", |d| d.demandeur.job_title = Some(long.clone())),
        Some((Some(long.clone()), Some("a".repeat(255))))
    );
    assert_eq!(adjusted("PF-TERR", |d| d.organisation.town = None), Some((None, some("73"))));
    assert_eq!(adjusted("PF-SIGLE", |d| d.organisation.sigle = some("C A S C C H")), Some((some("C A S C C H"), None)));
    assert_eq!(adjusted("PF-SIGLE", |d| d.organisation.sigle = some("CCAS")), None);
    assert_eq!(adjusted("PF-ORGMAIL", |_| {}), Some((None, Some(mine.clone()))));
    assert_eq!(adjusted("PF-NOTIF", |_| {}), Some((None, Some(mine))));
    assert_eq!(adjusted("PF-PC", |_| {}), None);
}

#[test]
fn what_a_person_set_right_is_sent_and_compared_with_proconnect() {
    let set_right = Corrections {
        email: Some("ada@hauteluce.fr".into()),
        name: Some("Hauteluce".into()),
        code_cog: Some("73001".into()),
        postal_code: Some("73001".into()),
        notified: Some("enfance@hauteluce.fr".into()),
        ..Corrections::default()
    };
    let broken = |d: &mut Dossier| {
        d.organisation.name = "É".repeat(101);
        (d.organisation.code_cog, d.organisation.postal_code) = (None, None);
    };
    let Prepared { target, adjustments } = prepared(broken, &set_right).unwrap();
    assert_eq!((target.name.as_str(), target.branch_code.as_str()), ("Hauteluce", "73001"));
    assert_eq!((target.email.as_str(), target.notified.as_str()), ("ada@hauteluce.fr", "enfance@hauteluce.fr"));
    let rules: Vec<&str> = adjustments.iter().filter_map(|change| change.field.split(" :").next()).collect();
    assert!(rules.contains(&"PF-PC") && !rules.contains(&"PF-NOTIF"), "{rules:?}");
}
