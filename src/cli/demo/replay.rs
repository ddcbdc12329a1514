//! Relives the stories in the order of time, as the outside world would: the simulated DataPass files and delivers, people
//! decide and write to each other, jobs run, and the clock is held at each moment meanwhile. Nothing is inserted by hand.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use anyhow::Context as _;
use chrono::{DateTime, Duration, Utc};

use super::gesture::{Account, Stage};
use super::lists;
use super::moment::{Moment, moment};
use super::step::Step;
use super::story::{Story, all};
use crate::domain::working_days::WorkingDays;
use crate::sandbox::Sandbox;
use crate::store::accounts;
use crate::store::inbox::{self, Status};
use crate::workflow::{self, House};

/// How long a draft is written before it is submitted.
const WRITING: Duration = Duration::minutes(25);

/// Tries of what a moment brings.
const TURNS: u32 = 5;

/// How far before now the oldest story may begin.
pub const LOOK_BACK: Duration = Duration::days(90);

/// Plays every story up to `now`, on a clock that is held.
pub async fn replay(house: &House, sandbox: &Sandbox, now: DateTime<Utc>) -> anyhow::Result<()> {
    let stories = all(house.config.demo.requests)?;
    let mut stage = Stage { house, sandbox, accounts: instructeurs(house).await?, numbers: BTreeMap::new() };
    if house.config.demo.sources {
        lists::load(house, &stories, house.clock.now()).await?;
    }
    // Written once, when all is played.
    let _unwritten = sandbox.datapass.unwritten();
    for (moment, steps) in in_order(&stories, house.config.days, now) {
        play(&mut stage, &stories, moment, &steps).await?;
    }
    Ok(())
}

async fn instructeurs(house: &House) -> anyhow::Result<Vec<Account>> {
    let mut found = Vec::new();
    for (email, ..) in &super::ACCOUNTS[..2] {
        let account = accounts::by_email(house.db.read().await?.cx(), email).await?;
        let account = account.with_context(|| format!("{email} has no account"))?;
        found.push(Account { id: account.id, name: account.name });
    }
    Ok(found)
}

/// Steps that happen at the same moment, each with the rank of its story.
type Together<'a> = Vec<(usize, &'a Step)>;

/// The steps of each moment, the oldest moment first.
fn in_order(stories: &[Story], days: WorkingDays, now: DateTime<Utc>) -> Vec<(Moment, Together<'_>)> {
    let mut moments: BTreeMap<(Reverse<u32>, usize), Together<'_>> = BTreeMap::new();
    for (rank, story) in stories.iter().enumerate() {
        for day in story.steps.chunk_by(|one, next| one.days_ago == next.days_ago) {
            for (of_the_day, step) in day.iter().enumerate() {
                moments.entry((Reverse(step.days_ago), of_the_day)).or_default().push((rank, step));
            }
        }
    }
    moments.into_iter().map(|((days_ago, rank), steps)| (moment(days, now, days_ago.0, rank), steps)).collect()
}

/// What happens in DataPass reaches us in the middle of the moment; then people do what they have to.
async fn play(
    stage: &mut Stage<'_>,
    stories: &[Story],
    moment: Moment,
    steps: &[(usize, &Step)],
) -> anyhow::Result<()> {
    let clock = stage.house.clock.clone();
    let (there, here): (Vec<_>, Vec<_>) = steps.iter().partition(|(_, step)| step.gesture.is_there());
    for (rank, step) in there {
        let story = &stories[rank];
        let at = moment.of(rank);
        stage.there(rank, story, step, (at - WRITING, at)).with_context(|| named(story, step))?;
    }
    clock.hold(Some(moment.start + moment.length / 2));
    arrive(stage).await?;
    for (rank, step) in here {
        stage.here(rank, &stories[rank], step).await.with_context(|| named(&stories[rank], step))?;
    }
    clock.hold(Some(moment.end()));
    workflow::drain(stage.house).await?;
    Ok(())
}

/// What was sent arrives, and is applied. A machine that was asleep or overworked may have let a delivery time out, which
/// DataPass forgets, or a job fail, which waits for a clock that is held: a moment has no later, so both are tried again.
async fn arrive(stage: &Stage<'_>) -> anyhow::Result<()> {
    let (datapass, clock) = (&stage.sandbox.datapass, &stage.house.clock);
    for turn in 1..=TURNS {
        datapass.deliver_pending().await;
        workflow::drain(stage.house).await?;
        let again = datapass.replay_lost() + datapass.pending();
        let mut conn = stage.house.db.read().await?;
        let waiting = inbox::counts(conn.cx()).await?.into_iter().find(|(status, _)| status == Status::Pending.name());
        drop(conn);
        let waiting = waiting.map_or(0, |(_, count)| count);
        if again == 0 && waiting == 0 {
            return Ok(());
        }
        tracing::warn!(again, waiting, turn, "the deliveries of this moment did not all arrive: once more");
        // Past the first waits between two tries.
        clock.hold(Some(clock.now() + Duration::seconds(45)));
    }
    anyhow::bail!("des événements de DataPass n’arrivent pas : la machine est peut-être trop occupée")
}

fn named(story: &Story, step: &Step) -> String {
    format!("{}, {} jours ouvrés plus tôt : {:?}", story.filing.organisation, step.days_ago, step.gesture)
}
