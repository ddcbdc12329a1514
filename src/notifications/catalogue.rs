//! The mails that may leave, by name. Must not know how they read (`templates/`) nor when they leave (the
//! corridor decides).

/// One sort of mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The request arrived and will be answered by a given day.
    DemandeRecue,
    /// The demandeur must change something in DataPass.
    ModificationsDemandees,
    /// The request is refused.
    Refus,
    /// Accepted, but opening the service takes longer than usual.
    MiseEnServiceEnCours,
    /// Accepted; the collectivité must activate its abonnement in HubEE.
    ActivationAFaire,
    /// The activation does not come: its address and gestures again.
    RelanceActivation,
    /// Accepted and open to families: the confirmation.
    EnService,
    /// To the demandeur: an instructeur wrote to them.
    MessageInstructeur,
    /// To an instructeur: a demandeur wrote. Says nothing of what.
    MessageDemandeur,
    /// The habilitation ends; the form is closed to families.
    Revocation,
    /// The form is closed to families for a while.
    Pause,
    /// The form is open to families again.
    Reprise,
    /// The abonnement of HubEE is suspended.
    AbonnementSuspendu,
    /// We can't suspend it: the local administrator may.
    SuspensionAFaire,
    /// To whoever a request was handed over to: the link by which to follow it.
    Transfert,
}

impl Kind {
    /// Every mail, in the order of a request's life.
    pub const ALL: [Self; 15] = [
        Self::DemandeRecue,
        Self::ModificationsDemandees,
        Self::Refus,
        Self::MiseEnServiceEnCours,
        Self::ActivationAFaire,
        Self::RelanceActivation,
        Self::EnService,
        Self::MessageInstructeur,
        Self::MessageDemandeur,
        Self::Revocation,
        Self::Pause,
        Self::Reprise,
        Self::AbonnementSuspendu,
        Self::SuspensionAFaire,
        Self::Transfert,
    ];

    /// Stable name: the `kind` column, jobs, and the folder of its templates.
    pub fn name(self) -> &'static str {
        match self {
            Self::DemandeRecue => "demande_recue",
            Self::ModificationsDemandees => "modifications_demandees",
            Self::Refus => "refus",
            Self::MiseEnServiceEnCours => "mise_en_service_en_cours",
            Self::ActivationAFaire => "activation_a_faire",
            Self::RelanceActivation => "relance_activation",
            Self::EnService => "en_service",
            Self::MessageInstructeur => "message_instructeur",
            Self::MessageDemandeur => "message_demandeur",
            Self::Revocation => "revocation",
            Self::Pause => "pause",
            Self::Reprise => "reprise",
            Self::AbonnementSuspendu => "abonnement_suspendu",
            Self::SuspensionAFaire => "suspension_a_faire",
            Self::Transfert => "transfert",
        }
    }

    /// The mail of a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// French label, for the history.
    pub fn label(self) -> &'static str {
        match self {
            Self::DemandeRecue => "Demande reçue",
            Self::ModificationsDemandees => "Modifications demandées",
            Self::Refus => "Refus de la demande",
            Self::MiseEnServiceEnCours => "Mise en service en cours",
            Self::ActivationAFaire => "Activation à faire dans HubEE",
            Self::RelanceActivation => "Relance sur l’activation",
            Self::EnService => "Confirmation de mise en service",
            Self::MessageInstructeur => "Message de l’instructeur",
            Self::MessageDemandeur => "Message du demandeur",
            Self::Revocation => "Révocation de l’habilitation",
            Self::Pause => "Formulaire momentanément suspendu",
            Self::Reprise => "Formulaire de nouveau ouvert",
            Self::AbonnementSuspendu => "Abonnement HubEE suspendu",
            Self::SuspensionAFaire => "Abonnement HubEE à suspendre",
            Self::Transfert => "Demande transmise à un nouveau demandeur",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_name(kind.name()), Some(kind));
        }
        assert_eq!(Kind::from_name("relance"), None);
    }
}
