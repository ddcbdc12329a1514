//! What a morning's digest tells, and in which order. Pure: requests in, sections out.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::store::reminders::Waiting;

/// Lines of one section; the others are counted.
const LINES: usize = 20;

/// A digest. Each request is told once, under the most pressing title.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Digest {
    pub late: Section,
    pub today: Section,
    pub answers: Section,
    pub new: Section,
}

/// Requests told together: the reader's own first, then by deadline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    pub lines: Vec<Line>,
    /// All of them, the lines left out included.
    pub total: usize,
}

/// One request in a digest: nothing personal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// `D61234`.
    pub number: String,
    pub organisation: String,
    pub due: NaiveDate,
    pub holder: Holder,
}

/// Who has a request in hand, as its reader sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    Reader,
    Nobody,
    Colleague,
}

impl Digest {
    /// The digest of `today` for `reader`. The cause of its mail is [`cause`].
    pub fn of(requests: &[Waiting], reader: Uuid, today: NaiveDate) -> Self {
        let section = |wanted: fn(&Waiting, NaiveDate) -> bool| {
            Section::of(requests.iter().filter(|request| wanted(request, today)), reader)
        };
        Self {
            late: section(|r, today| r.due_on < today),
            today: section(|r, today| r.due_on == today),
            answers: section(|r, today| r.due_on > today && r.arrived && r.answer),
            new: section(|r, today| r.due_on > today && r.arrived && !r.answer),
        }
    }

    /// Nothing to say: no mail.
    pub fn is_empty(&self) -> bool {
        [&self.late, &self.today, &self.answers, &self.new].iter().all(|section| section.total == 0)
    }
}

impl Section {
    fn of<'a>(requests: impl Iterator<Item = &'a Waiting>, reader: Uuid) -> Self {
        let mut lines: Vec<Line> = requests.map(|request| Line::of(request, reader)).collect();
        // Stable: within one holder, the order of the reading, oldest deadline first.
        lines.sort_by_key(|line| line.holder);
        let total = lines.len();
        lines.truncate(LINES);
        Self { lines, total }
    }
}

impl Line {
    fn of(request: &Waiting, reader: Uuid) -> Self {
        Self {
            number: format!("D{}", request.datapass_id),
            organisation: request.name.clone(),
            due: request.due_on,
            holder: match request.assignee_id {
                Some(id) if id == reader => Holder::Reader,
                Some(_) => Holder::Colleague,
                None => Holder::Nobody,
            },
        }
    }
}

/// What makes a digest one: a person and a day.
pub fn cause(account: Uuid, day: NaiveDate) -> String {
    format!("digest:{account}:{day}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ME: Uuid = Uuid::from_u128(1);

    fn request(number: i64, due: &str, arrived: bool, answer: bool, assignee: Option<u128>) -> Waiting {
        Waiting {
            id: Uuid::from_u128(100),
            datapass_id: number,
            name: format!("COMMUNE {number}"),
            due_on: due.parse().unwrap(),
            assignee_id: assignee.map(Uuid::from_u128),
            arrived,
            answer,
        }
    }

    fn numbers(section: &Section) -> Vec<&str> {
        section.lines.iter().map(|line| line.number.as_str()).collect()
    }

    #[test]
    fn each_request_is_told_once_and_mine_first() {
        let requests = [
            request(1, "2026-04-01", false, false, None),
            request(2, "2026-04-02", true, true, Some(2)),
            request(3, "2026-04-02", false, false, None),
            request(4, "2026-04-02", false, true, Some(1)),
            request(5, "2026-04-08", true, true, None),
            request(6, "2026-04-08", true, false, None),
            request(7, "2026-04-08", false, false, None),
        ];
        let digest = Digest::of(&requests, ME, "2026-04-02".parse().unwrap());
        assert_eq!(numbers(&digest.late), ["D1"]);
        assert_eq!(numbers(&digest.today), ["D4", "D3", "D2"]);
        assert_eq!(numbers(&digest.answers), ["D5"]);
        assert_eq!(numbers(&digest.new), ["D6"]);
        assert!(!digest.is_empty());
        assert!(Digest::of(&requests[6..], ME, "2026-04-02".parse().unwrap()).is_empty());
    }

    #[test]
    fn a_long_section_is_cut_and_counted() {
        let requests: Vec<Waiting> = (1..=25).map(|n| request(n, "2026-04-01", false, false, None)).collect();
        let digest = Digest::of(&requests, ME, "2026-04-02".parse().unwrap());
        assert_eq!((digest.late.lines.len(), digest.late.total), (LINES, 25));
    }
}
