//! Every word of every line, once, with the lines that hold it. A part of a word is looked for among the words, which are far
//! fewer than what is written on the lines.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};
use memchr::memmem;

use super::facet::Set;

/// The words of the lines.
#[derive(Default)]
pub struct Words {
    /// Each ended by a line feed, which no word holds.
    text: Vec<u8>,
    /// By their place in `text`.
    words: Vec<Word>,
    by_text: HashTable<u32>,
    hasher: DefaultHashBuilder,
    /// Words that no line holds any more.
    dead: usize,
}

struct Word {
    start: u32,
    lines: Lines,
}

/// Most words are those of one line, which are its numbers, or of the few lines of one collectivité.
enum Lines {
    None,
    One(u32),
    Few(Box<Few>),
    Many(Box<Set>),
}

/// Fewer bytes than the smallest of sets.
struct Few {
    count: u32,
    numbers: [u32; 7],
}

impl Words {
    /// A line holds these words, separated by spaces.
    pub fn add(&mut self, number: u32, words: &str) {
        for word in words.split_ascii_whitespace() {
            let rank = self.rank(word);
            let Some(known) = self.words.get_mut(rank) else { continue };
            if matches!(known.lines, Lines::None) {
                self.dead -= 1;
            }
            known.lines.add(number);
        }
    }

    /// It holds them no more.
    pub fn remove(&mut self, number: u32, words: &str) {
        for word in words.split_ascii_whitespace() {
            let Some(rank) = self.find(word) else { continue };
            let lines = &mut self.words[rank].lines;
            if !matches!(lines, Lines::None) {
                lines.remove(number);
                self.dead += usize::from(matches!(lines, Lines::None));
            }
        }
    }

    /// Whether so many words are held for nothing that it is better to begin again.
    pub fn is_worn(&self) -> bool {
        self.dead > 1_000 && self.dead * 4 > self.words.len()
    }

    /// The lines with a word of which this is a part. It holds no space.
    pub fn holding(&self, part: &str) -> Set {
        let finder = memmem::Finder::new(part);
        let (mut ones, mut all) = (Vec::new(), Set::new());
        let (mut from, mut rank) = (0, 0);
        while let Some(hit) = finder.find(&self.text[from..]) {
            rank = self.holder(from + hit, rank);
            match &self.words[rank].lines {
                Lines::None => {}
                Lines::One(number) => ones.push(*number),
                Lines::Few(few) => ones.extend(few.numbers()),
                Lines::Many(set) => all |= &**set,
            }
            from = self.end(rank);
        }
        ones.sort_unstable();
        all | Set::from_iter(ones)
    }

    /// The lines with this very word.
    pub fn exactly(&self, word: &str) -> Set {
        self.find(word).map_or_else(Set::new, |rank| self.words[rank].lines.set())
    }

    /// Gives back the room that growing took in advance.
    pub fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.words.shrink_to_fit();
    }

    /// The rank of a word, which is made when it is new.
    fn rank(&mut self, word: &str) -> usize {
        if let Some(rank) = self.find(word) {
            return rank;
        }
        // Four thousand million bytes of words: lines are some hundreds of bytes each.
        let (Ok(start), Ok(rank)) = (u32::try_from(self.text.len()), u32::try_from(self.words.len())) else {
            return usize::MAX;
        };
        self.text.extend(word.bytes());
        self.text.push(b'\n');
        self.words.push(Word { start, lines: Lines::None });
        self.dead += 1;
        let Self { text, words, by_text, hasher, .. } = self;
        let hash = hasher.hash_one(word.as_bytes());
        by_text.insert_unique(hash, rank, |rank| hasher.hash_one(spelt(text, words, *rank as usize)));
        rank as usize
    }

    fn find(&self, word: &str) -> Option<usize> {
        let hash = self.hasher.hash_one(word.as_bytes());
        let same = |rank: &u32| spelt(&self.text, &self.words, *rank as usize) == word.as_bytes();
        self.by_text.find(hash, same).map(|rank| *rank as usize)
    }

    /// The word that holds this place of the text, not before `first`. It is near, when a part is common: a search by halves
    /// over everything would cost more than finding the part.
    fn holder(&self, place: usize, first: usize) -> usize {
        let mut step = 1;
        while self.words.get(first + step).is_some_and(|word| word.start as usize <= place) {
            step *= 2;
        }
        let end = self.words.len().min(first + step);
        first + self.words[first..end].partition_point(|word| word.start as usize <= place) - 1
    }

    fn end(&self, rank: usize) -> usize {
        self.words.get(rank + 1).map_or(self.text.len(), |next| next.start as usize)
    }
}

/// The bytes of a word.
fn spelt<'a>(text: &'a [u8], words: &[Word], rank: usize) -> &'a [u8] {
    let end = words.get(rank + 1).map_or(text.len(), |next| next.start as usize);
    &text[words[rank].start as usize..end - 1]
}

impl Few {
    fn numbers(&self) -> &[u32] {
        self.numbers.get(..self.count as usize).unwrap_or_default()
    }

    /// `false` when there is no room for one more.
    fn add(&mut self, number: u32) -> bool {
        if self.numbers().contains(&number) {
            return true;
        }
        let Some(place) = self.numbers.get_mut(self.count as usize) else { return false };
        *place = number;
        self.count += 1;
        true
    }

    fn remove(&mut self, number: u32) {
        if let Some(at) = self.numbers().iter().position(|known| *known == number) {
            self.count -= 1;
            self.numbers.swap(at, self.count as usize);
        }
    }
}

impl Lines {
    fn set(&self) -> Set {
        match self {
            Self::None => Set::new(),
            Self::One(number) => Set::from_iter([*number]),
            Self::Few(few) => few.numbers().iter().copied().collect(),
            Self::Many(set) => (**set).clone(),
        }
    }

    fn add(&mut self, number: u32) {
        match self {
            Self::None => *self = Self::One(number),
            Self::One(known) if *known == number => {}
            Self::One(known) => {
                let mut few = Few { count: 1, numbers: [*known; 7] };
                few.add(number);
                *self = Self::Few(Box::new(few));
            }
            Self::Few(few) => {
                if !few.add(number) {
                    let numbers = few.numbers().iter().copied();
                    *self = Self::Many(Box::new(numbers.chain([number]).collect()));
                }
            }
            Self::Many(set) => {
                set.insert(number);
            }
        }
    }

    fn remove(&mut self, number: u32) {
        let none_left = match self {
            Self::None => false,
            Self::One(known) => *known == number,
            Self::Few(few) => {
                few.remove(number);
                few.count == 0
            }
            Self::Many(set) => {
                set.remove(number);
                set.is_empty()
            }
        };
        if none_left {
            *self = Self::None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(words: &Words, part: &str) -> Vec<u32> {
        words.holding(part).iter().collect()
    }

    #[test]
    fn parts_of_words_find_their_lines() {
        let mut words = Words::default();
        words.add(3, "commune de saint etienne de cuines etienne");
        words.add(1, "ccas saint etienne d61234");
        words.add(2, "metienne");
        for (part, lines) in [
            ("etienne", &[1, 2, 3][..]),
            ("saint", &[1, 3]),
            ("6123", &[1]),
            ("e", &[1, 2, 3]),
            ("de", &[3]),
            ("zz", &[]),
            ("tc", &[]),
        ] {
            assert_eq!(found(&words, part), lines, "{part}");
        }
    }

    #[test]
    fn a_word_of_one_line_becomes_that_of_many_and_back() {
        let mut words = Words::default();
        let mut expected = Vec::new();
        for number in 1..=40 {
            words.add(number * 3, "commune");
            words.add(number * 3, "commune");
            expected.push(number * 3);
            assert_eq!((found(&words, "mun"), words.exactly("commune").len()), (expected.clone(), u64::from(number)));
        }
        let mut few = Words::default();
        (1..=7).for_each(|number| few.add(number, "ccas"));
        for number in [4, 9, 1, 7, 2, 3, 6] {
            few.remove(number, "ccas");
        }
        assert_eq!((found(&few, "ccas"), few.exactly("cca").len()), (vec![5], 0));
    }

    #[test]
    fn words_that_left_are_found_no_more_and_come_back() {
        let mut words = Words::default();
        words.add(1, "boege commune");
        words.add(2, "commune");
        words.remove(1, "boege commune");
        words.remove(1, "boege");
        assert_eq!((found(&words, "boege"), found(&words, "mmun")), (vec![], vec![2]));
        assert_eq!(words.dead, 1);
        words.add(5, "boege");
        assert_eq!((found(&words, "boe"), words.dead), (vec![5], 0));
    }
}
