//! The chain of a history: the fingerprint of each line covers its content and the fingerprint of the line before, so
//! that nothing is changed, moved or taken away without a trace. Pure: knows neither table nor engine.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::habilitation::HabilitationId;

/// What a fingerprint covers.
#[derive(Clone, Copy, Debug)]
pub struct Content<'a> {
    pub id: Uuid,
    pub habilitation: HabilitationId,
    pub seq: i64,
    /// Counted to the microsecond, the finest that both engines keep.
    pub at: DateTime<Utc>,
    pub actor: &'a Value,
    pub kind: &'a str,
    pub detail: &'a Value,
    /// Fingerprint of the line before; `None` for the first of a chain.
    pub previous: Option<&'a str>,
}

impl Content<'_> {
    /// SHA-256 in hexadecimal of a JSON object whose keys are sorted, at every depth, without spaces.
    pub fn fingerprint(&self) -> String {
        let mut text = String::new();
        let whole = json!({
            "actor": self.actor,
            "at": self.at.timestamp_micros(),
            "detail": self.detail,
            "habilitation": self.habilitation,
            "id": self.id,
            "kind": self.kind,
            "previous": self.previous,
            "seq": self.seq,
        });
        write(&whole, &mut text);
        Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// PostgreSQL orders keys in its own way and a feature of the JSON library in a third: ours depends on neither.
fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<(&String, &Value)> = map.iter().collect();
            entries.sort_unstable_by_key(|(key, _)| *key);
            out.push('{');
            for (rank, (key, value)) in entries.into_iter().enumerate() {
                out.push_str(if rank == 0 { "" } else { "," });
                write(&Value::String(key.clone()), out);
                out.push(':');
                write(value, out);
            }
            out.push('}');
        }
        Value::Array(values) => {
            out.push('[');
            for (rank, value) in values.iter().enumerate() {
                out.push_str(if rank == 0 { "" } else { "," });
                write(value, out);
            }
            out.push(']');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

/// A line as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    pub seq: i64,
    pub previous: Option<String>,
    /// `None`: written before lines were chained, or taken off.
    pub hash: Option<String>,
    /// What its content gives now; `None` when it can't even be read.
    pub computed: Option<String>,
}

/// What is noted of the end of a history, apart from its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Lines up to this one were written before lines were chained.
    pub unsealed: i64,
    pub seq: i64,
    pub hash: Option<String>,
}

/// What is wrong at one place of a chain. Displays as a French sentence, without its full stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    #[error("le contenu de cette ligne a été modifié après son écriture")]
    Altered,
    #[error("cette ligne et celles qui suivent jusqu’à la prochaine lisible ont disparu")]
    Missing,
    #[error("cette ligne ne suit pas celle qui la précède : lignes remplacées, déplacées ou ajoutées")]
    Detached,
    #[error("l’empreinte de cette ligne a été effacée")]
    Unsealed,
    #[error("les dernières lignes ont disparu à partir de celle-ci")]
    LastMissing,
    #[error("tout l’historique a disparu")]
    HistoryMissing,
    #[error("la fin de l’historique n’est pas celle qui avait été notée")]
    HeadDiffers,
    #[error("la note de fin d’historique a disparu")]
    HeadMissing,
    #[error("la demande a disparu, il reste une partie de son historique")]
    RequestMissing,
}

/// One place where a chain is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Break {
    /// The line, when there is one to name.
    pub seq: Option<i64>,
    pub fault: Fault,
}

/// What is known of the line before.
enum Before<'a> {
    Known(Option<&'a str>),
    /// It is missing or wrong: that was told, and the next one can't be compared with it.
    Unknown,
}

/// Every break of one history: its lines by `seq`, and the note of its end. `changed`: the request was changed at least
/// once, hence has a history.
pub fn verify(changed: bool, head: Option<&Head>, lines: &[Stored]) -> Vec<Break> {
    let mut breaks = Vec::new();
    let mut found = |seq: i64, fault: Fault| breaks.push(Break { seq: Some(seq), fault });
    let unsealed = head.map_or(0, |head| head.unsealed);
    let (mut last, mut before) = (0, Before::Known(None));
    for line in lines {
        if line.seq > last + 1 {
            found(last + 1, Fault::Missing);
            before = Before::Unknown;
        }
        last = line.seq;
        before = match (&line.hash, &before) {
            (None, _) if line.seq <= unsealed => Before::Known(None),
            (None, _) => {
                found(line.seq, Fault::Unsealed);
                Before::Unknown
            }
            (Some(hash), _) if Some(hash) != line.computed.as_ref() => {
                found(line.seq, Fault::Altered);
                Before::Unknown
            }
            (Some(hash), Before::Known(previous)) if *previous != line.previous.as_deref() => {
                found(line.seq, Fault::Detached);
                Before::Known(Some(hash))
            }
            (Some(hash), _) => Before::Known(Some(hash)),
        };
    }
    breaks.extend(end(changed, head, last, &before));
    breaks
}

/// Whether the last line is the one that was noted as such.
fn end(changed: bool, head: Option<&Head>, last: i64, before: &Before<'_>) -> Option<Break> {
    let whole = |fault| Some(Break { seq: None, fault });
    let at = |seq, fault| Some(Break { seq: Some(seq), fault });
    match (head, last) {
        (None, 0) if changed => whole(Fault::HistoryMissing),
        (None, 0) => None,
        (None, _) => whole(Fault::HeadMissing),
        (Some(head), 0) if head.seq > 0 => whole(Fault::HistoryMissing),
        (Some(head), _) if head.seq > last => at(last + 1, Fault::LastMissing),
        (Some(head), _) if head.seq < last => at(last, Fault::HeadDiffers),
        (Some(head), _) => match before {
            Before::Known(hash) if *hash != head.hash.as_deref() => at(last, Fault::HeadDiffers),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(seq: i64) -> Stored {
        let hash = |n: i64| (n > 0).then(|| format!("h{n}"));
        Stored { seq, previous: hash(seq - 1), hash: hash(seq), computed: hash(seq) }
    }

    fn head(seq: i64) -> Head {
        Head { unsealed: 0, seq, hash: Some(format!("h{seq}")) }
    }

    fn said(head: Option<&Head>, lines: &[Stored]) -> Vec<(Option<i64>, Fault)> {
        verify(true, head, lines).into_iter().map(|found| (found.seq, found.fault)).collect()
    }

    #[test]
    fn a_whole_chain_has_no_break() {
        assert_eq!(said(Some(&head(3)), &[line(1), line(2), line(3)]), []);
        assert!(verify(false, None, &[]).is_empty(), "a request that nothing happened to");
    }

    #[test]
    fn each_break_is_told_once() {
        let whole = || vec![line(1), line(2), line(3)];
        let changed = |at: usize, change: fn(&mut Stored)| {
            let mut lines = whole();
            change(&mut lines[at]);
            lines
        };
        let noted = head(3);
        for (lines, told) in [
            (changed(1, |line| line.computed = Some("x".into())), (Some(2), Fault::Altered)),
            (changed(2, |line| line.computed = None), (Some(3), Fault::Altered)),
            (changed(1, |line| line.hash = None), (Some(2), Fault::Unsealed)),
            (vec![line(1), line(3)], (Some(2), Fault::Missing)),
            (vec![line(2), line(3)], (Some(1), Fault::Missing)),
            (vec![line(1), line(2)], (Some(3), Fault::LastMissing)),
            (vec![line(1)], (Some(2), Fault::LastMissing)),
            (vec![], (None, Fault::HistoryMissing)),
            // A line rewritten with a fingerprint of its own.
            (
                changed(1, |line| (line.hash, line.computed) = (Some("x".into()), Some("x".into()))),
                (Some(3), Fault::Detached),
            ),
            (
                changed(2, |line| (line.hash, line.computed) = (Some("x".into()), Some("x".into()))),
                (Some(3), Fault::HeadDiffers),
            ),
        ] {
            assert_eq!(said(Some(&noted), &lines), [told], "{lines:?}");
        }
        assert_eq!(said(None, &whole()), [(None, Fault::HeadMissing)]);
        assert_eq!(said(None, &[]), [(None, Fault::HistoryMissing)]);
        assert_eq!(said(Some(&head(2)), &whole()), [(Some(3), Fault::HeadDiffers)]);
    }

    #[test]
    fn lines_before_the_chain_are_let_be_and_no_other() {
        let bare = |seq| Stored { seq, previous: None, hash: None, computed: Some("x".into()) };
        let first = Stored { previous: None, ..line(3) };
        let noted = Head { unsealed: 2, ..head(4) };
        assert_eq!(said(Some(&noted), &[bare(1), bare(2), first.clone(), line(4)]), []);
        assert_eq!(said(Some(&noted), &[bare(1), first.clone(), line(4)]), [(Some(2), Fault::Missing)]);
        let untouched = Head { unsealed: 2, seq: 2, hash: None };
        assert_eq!(said(Some(&untouched), &[bare(1), bare(2)]), []);
        assert_eq!(said(Some(&untouched), &[bare(1)]), [(Some(2), Fault::LastMissing)]);
        let erased = [bare(1), bare(2), bare(3), line(4)];
        assert_eq!(said(Some(&noted), &erased), [(Some(3), Fault::Unsealed)]);
    }

    #[test]
    fn a_fingerprint_covers_everything_and_no_order_of_keys() {
        let (actor, detail) = (json!({ "kind": "habilis" }), json!({ "b": [1, { "y": null, "x": "é" }], "a": true }));
        let base = Content {
            id: Uuid::from_u128(1),
            habilitation: Uuid::from_u128(2),
            seq: 3,
            at: DateTime::UNIX_EPOCH,
            actor: &actor,
            kind: "saved",
            detail: &detail,
            previous: None,
        };
        let known = base.fingerprint();
        assert_eq!(known.len(), 64);
        let reordered: Value = serde_json::from_str(r#"{"a":true,"b":[1,{"x":"é","y":null}]}"#).unwrap();
        assert_eq!(Content { detail: &reordered, ..base }.fingerprint(), known);
        let (other, later) = (json!({}), DateTime::UNIX_EPOCH + chrono::Duration::microseconds(1));
        for changed in [
            Content { id: Uuid::nil(), ..base },
            Content { habilitation: Uuid::nil(), ..base },
            Content { seq: 4, ..base },
            Content { at: later, ..base },
            Content { actor: &other, ..base },
            Content { kind: "", ..base },
            Content { detail: &other, ..base },
            Content { previous: Some(""), ..base },
        ] {
            assert_ne!(changed.fingerprint(), known, "{changed:?}");
        }
        let mut text = String::new();
        write(&detail, &mut text);
        assert_eq!(text, r#"{"a":true,"b":[1,{"x":"é","y":null}]}"#);
    }
}
