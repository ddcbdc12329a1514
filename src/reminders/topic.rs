//! What somebody may be written about, and may stop. Roles are known here by their stable names.

/// One sort of mail to the people of the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// What is due, late, answered and new, every working morning.
    Digest,
    /// A deadline about to pass, or passed, with nobody assigned.
    Alerts,
    /// A demandeur wrote.
    Messages,
    /// An outside system refuses us.
    Operation,
}

impl Topic {
    /// In reading order.
    pub const ALL: [Self; 4] = [Self::Digest, Self::Alerts, Self::Messages, Self::Operation];

    /// Stable name: the `topic` columns, and the fields of the settings' form.
    pub fn name(self) -> &'static str {
        match self {
            Self::Digest => "recapitulatif",
            Self::Alerts => "alertes",
            Self::Messages => "messages",
            Self::Operation => "exploitation",
        }
    }

    /// The topic named so.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.name() == name)
    }

    /// French words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Digest => "Récapitulatif du matin",
            Self::Alerts => "Alertes d’échéance",
            Self::Messages => "Nouveaux messages",
            Self::Operation => "Alertes d’exploitation",
        }
    }

    /// What it brings, in a French sentence.
    pub fn description(self) -> &'static str {
        match self {
            Self::Digest => {
                "Chaque jour ouvré : demandes en retard, à rendre dans la journée, réponses reçues et nouvelles demandes. \
                 Rien à signaler, pas de courriel."
            }
            Self::Alerts => {
                "Le dernier jour d’une échéance, puis quand elle est dépassée, si la demande n’est attribuée à personne. \
                 Quand une collectivité tarde à activer son abonnement, ou déclare l’avoir fait."
            }
            Self::Messages => "Quand un demandeur vous écrit au sujet d’une demande.",
            Self::Operation => {
                "Quand HubEE refuse nos identifiants, qu’une mise en service s’arrête, qu’un abonnement suspendu redevient actif \
                 ou que des tâches de fond attendent : un courriel par cause et par jour."
            }
        }
    }

    /// Whether people of a role are written to about it.
    pub fn concerns(self, role: &str) -> bool {
        match self {
            Self::Digest | Self::Messages => matches!(role, "instructeur" | "responsable"),
            Self::Alerts => role == "responsable",
            Self::Operation => matches!(role, "responsable" | "operateur"),
        }
    }

    /// The topics of a role.
    pub fn of_role(role: &str) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |topic| topic.concerns(role))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for topic in Topic::ALL {
            assert_eq!(Topic::parse(topic.name()), Some(topic));
        }
        assert_eq!(Topic::parse("publicite"), None);
    }

    #[test]
    fn roles_and_their_topics() {
        let of = |role| Topic::of_role(role).collect::<Vec<_>>();
        assert_eq!(of("instructeur"), [Topic::Digest, Topic::Messages]);
        assert_eq!(of("responsable"), Topic::ALL);
        assert_eq!(of("lecteur"), []);
        assert_eq!(of("operateur"), [Topic::Operation]);
    }
}
