//! What happens to a request of the demonstration, as written in `seeds/`: « 3 refuse: Motif du refus », three jours
//! ouvrés ago. Knows the words, not how they are played.

use std::str::FromStr;

use serde::Deserialize;

/// A gesture, by whoever makes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gesture {
    // ── in DataPass, by the demandeur
    /// Leaves a draft.
    Start,
    Submit,
    /// Other answers, then submitted.
    Resubmit,
    Reopen,
    Cancel,
    /// Given to somebody else.
    Transfer,
    /// Given to somebody else, of another body.
    Move,
    // ── in DataPass, by somebody who may
    Approve,
    Deny,
    AskThere,
    RevokeThere,
    /// The habilitation in force alone: the request keeps its state.
    RevokeOne,
    Archive,
    /// DataPass is told of the last decision taken here.
    Report,
    // ── here
    Take,
    Accept,
    AskChanges,
    Refuse,
    Revoke,
    Note,
    /// A message of whoever is in charge.
    Answer,
    /// A message of the demandeur.
    Ask,
    // ── elsewhere
    /// HubEE fails on all that concerns this body.
    HubeeDown,
}

impl Gesture {
    /// What DataPass hears of a decision taken here.
    fn told(self) -> Option<Self> {
        match self {
            Self::Accept => Some(Self::Approve),
            Self::AskChanges => Some(Self::AskThere),
            Self::Refuse => Some(Self::Deny),
            Self::Revoke => Some(Self::RevokeThere),
            _ => None,
        }
    }

    /// Whether DataPass is where it is made.
    pub fn is_there(self) -> bool {
        use Gesture::{
            Approve, Archive, AskThere, Cancel, Deny, Move, Reopen, Report, Resubmit, RevokeOne, RevokeThere, Start,
            Submit, Transfer,
        };
        matches!(
            self,
            Start
                | Submit
                | Resubmit
                | Reopen
                | Cancel
                | Transfer
                | Move
                | Approve
                | Deny
                | AskThere
                | RevokeThere
                | RevokeOne
                | Archive
                | Report
        )
    }
}

/// One line of a story.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Step {
    /// Jours ouvrés since then; 0 today.
    pub days_ago: u32,
    pub gesture: Gesture,
    /// Given name of the instructeur, when it is not whoever is in charge.
    pub who: Option<String>,
    /// What was written, if anything.
    pub words: Option<String>,
}

impl TryFrom<String> for Step {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl FromStr for Step {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("« {text} » is no step");
        let (head, words) = text.split_once(':').map_or((text, None), |(head, words)| (head, Some(words.trim())));
        let mut head = head.split_whitespace();
        let days_ago = head.next().and_then(|days| days.parse().ok()).ok_or_else(wrong)?;
        let gesture = head.next().ok_or_else(wrong)?;
        let gesture: Gesture = serde_json::from_value(gesture.into()).map_err(|_| wrong())?;
        Ok(Self { days_ago, gesture, who: head.next().map(str::to_owned), words: words.map(str::to_owned) })
    }
}

/// Reports named after the decision they follow, and steps in the order of time.
///
/// # Errors
/// A sentence, when nothing was decided before a report or when a step is older than the one before.
pub fn settled(steps: &[Step]) -> Result<Vec<Step>, String> {
    let mut decided = None;
    let mut settled: Vec<Step> = Vec::with_capacity(steps.len());
    for step in steps {
        if settled.last().is_some_and(|before| before.days_ago < step.days_ago) {
            return Err(format!("{:?} is told after what came later", step.gesture));
        }
        let mut step = step.clone();
        if step.gesture == Gesture::Report {
            step.gesture = decided.take().ok_or("nothing to report")?;
        }
        decided = step.gesture.told().or(decided);
        settled.push(step);
    }
    Ok(settled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_reads_as_it_is_written() {
        let step: Step = "3 take bruno".parse().unwrap();
        assert_eq!((step.days_ago, step.gesture, step.who.as_deref()), (3, Gesture::Take, Some("bruno")));
        let step: Step = "12 ask_changes: La délibération : laquelle ?".parse().unwrap();
        assert_eq!(step.words.as_deref(), Some("La délibération : laquelle ?"));
        for wrong in ["", "take", "3", "3 dance", "-1 submit", "trois submit"] {
            assert!(wrong.parse::<Step>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_report_says_what_was_decided() {
        let steps = |lines: &[&str]| lines.iter().map(|line| line.parse().unwrap()).collect::<Vec<Step>>();
        let told = settled(&steps(&["5 submit", "4 refuse", "4 note", "3 report"])).unwrap();
        assert_eq!(told.last().map(|step| step.gesture), Some(Gesture::Deny));
        assert!(settled(&steps(&["5 submit", "3 report"])).is_err());
        assert!(settled(&steps(&["2 submit", "3 accept"])).is_err());
    }
}
