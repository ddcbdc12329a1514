//! Of whom a mise en service that does not go on by itself awaits something: read from its status, its class of failure and
//! the codes that hold it. Pure.

use super::{ErrorClass, Status};

/// Who must do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// Nobody: it goes on by itself.
    Nobody,
    /// HubEE, which is away.
    Hubee,
    /// HubEE's support, written to by an instructeur.
    Support,
    Instructeur,
    Demandeur,
    Collectivite,
    Operateur,
}

impl Awaited {
    /// For a person.
    pub fn label(self) -> &'static str {
        match self {
            Self::Nobody => "personne : elle avance d’elle-même",
            Self::Hubee => "HubEE : de nouveaux essais sont prévus",
            Self::Support => "le support HubEE, à qui un instructeur écrit",
            Self::Instructeur => "un instructeur",
            Self::Demandeur => "le demandeur, à qui un instructeur écrit",
            Self::Collectivite => "la collectivité",
            Self::Operateur => "un opérateur",
        }
    }
}

/// Of whom something is awaited; `codes` are those of the holds.
pub fn awaited(status: Status, class: Option<ErrorClass>, codes: &[&str]) -> Awaited {
    match (status, class) {
        (Status::AwaitingActivation, _) => Awaited::Collectivite,
        (Status::Retrying | Status::Parked, Some(ErrorClass::Credentials | ErrorClass::Rights)) => Awaited::Operateur,
        (Status::Retrying, _) => Awaited::Hubee,
        (Status::Held | Status::Parked, _) => of_codes(codes),
        _ => Awaited::Nobody,
    }
}

fn of_codes(codes: &[&str]) -> Awaited {
    let any = |known: &[&str]| codes.iter().any(|code| known.contains(code));
    if any(&["PF-DPID"]) {
        Awaited::Operateur
    } else if any(&["PF-IDENT", "PF-SIRET", "PF-MAIL-RE"]) {
        Awaited::Demandeur
    } else if any(&["ORGANISATION", "ID-INCONNU", "ADMINISTRATEUR"]) {
        Awaited::Support
    } else {
        Awaited::Instructeur
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stop_has_somebody() {
        for (status, class, codes, who) in [
            (Status::Running, None, &[][..], Awaited::Nobody),
            (Status::Retrying, Some(ErrorClass::Transient), &[], Awaited::Hubee),
            (Status::Retrying, Some(ErrorClass::Credentials), &[], Awaited::Operateur),
            (Status::Parked, Some(ErrorClass::Rights), &["HUBEE-403"], Awaited::Operateur),
            (Status::Parked, Some(ErrorClass::Permanent), &["HUBEE-400"], Awaited::Instructeur),
            (Status::Parked, None, &["MISE-DE-COTE"], Awaited::Instructeur),
            (Status::Held, None, &["PF-IDENT", "PF-CP"], Awaited::Demandeur),
            (Status::Held, None, &["ID-INCONNU"], Awaited::Support),
            (Status::AwaitingActivation, None, &[], Awaited::Collectivite),
        ] {
            assert_eq!(awaited(status, class, codes), who, "{status:?} {class:?} {codes:?}");
        }
    }
}
