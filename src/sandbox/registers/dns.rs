//! Simulated DNS, over UDP: enough of it to say where the mails of a domain go. Every domain receives, but those below
//! `.invalid` and those it is told otherwise about.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::net::UdpSocket;

use super::outage::{Outage, Switch};

/// What a domain is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    Receives,
    /// « Null MX »: it says that it receives no mail.
    NullMx,
    /// A host without mail servers of its own.
    HostOnly,
    /// The domain exists, and nothing is there.
    Empty,
    NoSuchName,
    /// No answer comes.
    Silent,
    ServerFailure,
}

/// Clones share the same state.
#[derive(Clone, Default)]
pub struct Dns {
    /// How it fails, and what it was asked.
    pub switch: Switch,
    told: Arc<Mutex<BTreeMap<String, Zone>>>,
}

const MX: u16 = 15;
const A: u16 = 1;

impl Dns {
    pub fn new() -> Self {
        Self::default()
    }

    /// What a domain is from now on.
    pub fn set(&self, domain: &str, zone: Zone) {
        self.lock().insert(domain.to_lowercase(), zone);
    }

    /// Answers on a socket until it breaks.
    pub async fn serve(self, socket: UdpSocket) {
        let mut question = [0_u8; 1500];
        while let Ok((length, from)) = socket.recv_from(&mut question).await {
            if let Some(answer) = self.answer(&question[..length]) {
                // A resolver that left is no trouble of ours.
                let _ = socket.send_to(&answer, from).await;
            }
        }
    }

    fn zone(&self, domain: &str) -> Zone {
        match self.switch.get() {
            Some(Outage::Slow(_) | Outage::TooMany429) => return Zone::Silent,
            Some(_) => return Zone::ServerFailure,
            None => {}
        }
        let fallback = if domain.ends_with(".invalid") { Zone::NoSuchName } else { Zone::Receives };
        self.lock().get(domain).copied().unwrap_or(fallback)
    }

    fn answer(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let (name, kind, end) = question(bytes)?;
        self.switch.note(name.clone());
        let zone = self.zone(&name);
        let (code, data) = match (zone, kind) {
            (Zone::Silent, _) => return None,
            (Zone::ServerFailure, _) => (2, None),
            (Zone::NoSuchName, _) => (3, None),
            (Zone::NullMx, MX) => (0, Some(vec![0, 0, 0])),
            // Preference 10, `mx1` below the name that was asked.
            (Zone::Receives, MX) => (0, Some(vec![0, 10, 3, b'm', b'x', b'1', 0xc0, 12])),
            (Zone::Receives | Zone::HostOnly, A) => (0, Some(vec![192, 0, 2, 25])),
            _ => (0, None),
        };
        let mut answer = bytes.get(..2)?.to_vec();
        // An answer, recursion asked for and made, with its code; one question, so many answers, nothing else.
        answer.extend([0x81, 0x80 | code, 0, 1, 0, u8::from(data.is_some()), 0, 0, 0, 0]);
        answer.extend(bytes.get(12..end)?);
        if let Some(data) = data {
            answer.extend([0xc0, 12, 0, u8::try_from(kind).ok()?, 0, 1, 0, 0, 0, 60]);
            answer.extend(u16::try_from(data.len()).ok()?.to_be_bytes());
            answer.extend(data);
        }
        Some(answer)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Zone>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The name asked about in lower case, the kind of record, and where the question ends.
fn question(bytes: &[u8]) -> Option<(String, u16, usize)> {
    let mut at = 12;
    let mut labels = Vec::new();
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += 1;
        if length == 0 {
            break;
        }
        labels.push(String::from_utf8_lossy(bytes.get(at..at + length)?).to_lowercase());
        at += length;
    }
    let kind = u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]);
    Some((labels.join("."), kind, at + 4))
}
