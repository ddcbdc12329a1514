//! The SMTP conversation: enough of RFC 5321 for a real client, with limits, and the two faults of the mailbox.
//! Keeps nothing itself.

use std::{io, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::Semaphore,
    task::JoinSet,
};

use super::{Answer, Mailbox};

const MAX_MAIL: usize = 10 * 1024 * 1024;
const MAX_LINE: u64 = 2000;
const MAX_RECIPIENTS: usize = 100;
const MAX_CONVERSATIONS: usize = 64;
/// A client silent for so long is hung up on.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) async fn serve(mailbox: Mailbox, listener: TcpListener) {
    let mut conversations = JoinSet::new();
    let places = Arc::new(Semaphore::new(MAX_CONVERSATIONS));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => {
                let mailbox = mailbox.clone();
                conversations.spawn(async move {
                    // A client that goes away ends its conversation: nothing to report.
                    let _ = Conversation::new(mailbox, stream).hold().await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "the simulated mail server could not accept a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        while conversations.try_join_next().is_some() {}
    }
}

struct Conversation {
    mailbox: Mailbox,
    reader: BufReader<OwnedReadHalf>,
    writer: OwnedWriteHalf,
    greeted: bool,
    sender: Option<String>,
    recipients: Vec<String>,
}

/// Whether the conversation goes on after a command.
#[derive(PartialEq, Eq)]
enum Next {
    Listen,
    HangUp,
}

impl Conversation {
    fn new(mailbox: Mailbox, stream: TcpStream) -> Self {
        let (reader, writer) = stream.into_split();
        let reader = BufReader::new(reader);
        Self { mailbox, reader, writer, greeted: false, sender: None, recipients: Vec::new() }
    }

    async fn hold(mut self) -> io::Result<()> {
        self.say("220 bac-a-sable ESMTP").await?;
        while let Some(line) = self.line().await? {
            if !line.ends_with(b"\n") {
                return self.say("500 5.5.2 Line too long").await;
            }
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            if self.obey(&line).await? == Next::HangUp {
                break;
            }
        }
        Ok(())
    }

    async fn obey(&mut self, line: &str) -> io::Result<Next> {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => {
                self.greet();
                let offer =
                    format!("250-bac-a-sable\r\n250-SIZE {MAX_MAIL}\r\n250-8BITMIME\r\n250-PIPELINING\r\n250 SMTPUTF8");
                self.say(&offer).await?;
            }
            "HELO" => {
                self.greet();
                self.say("250 bac-a-sable").await?;
            }
            "MAIL" => self.mail(rest).await?,
            "RCPT" => self.rcpt(rest).await?,
            "DATA" => return self.data().await,
            "RSET" => {
                self.forget();
                self.say("250 2.0.0 OK").await?;
            }
            "NOOP" => self.say("250 2.0.0 OK").await?,
            "VRFY" => self.say("252 2.5.0 Cannot verify").await?,
            "QUIT" => {
                self.say("221 2.0.0 Bye").await?;
                return Ok(Next::HangUp);
            }
            _ => self.say("502 5.5.1 Command not implemented").await?,
        }
        Ok(Next::Listen)
    }

    async fn mail(&mut self, rest: &str) -> io::Result<()> {
        if !self.greeted || self.sender.is_some() {
            return self.say("503 5.5.1 Bad sequence of commands").await;
        }
        let Some((sender, parameters)) = path(rest, "FROM:") else {
            return self.say("501 5.5.4 Syntax: MAIL FROM:<address>").await;
        };
        let size = |word: &str| word.to_ascii_uppercase().strip_prefix("SIZE=")?.parse::<usize>().ok();
        if parameters.split_whitespace().filter_map(size).any(|size| size > MAX_MAIL) {
            return self.say("552 5.3.4 Message too big").await;
        }
        if self.mailbox.refuses() {
            return self.say("451 4.3.0 Try again later").await;
        }
        self.sender = Some(sender.to_owned());
        self.say("250 2.1.0 OK").await
    }

    async fn rcpt(&mut self, rest: &str) -> io::Result<()> {
        if self.sender.is_none() {
            return self.say("503 5.5.1 Bad sequence of commands").await;
        }
        match path(rest, "TO:") {
            Some((address, _)) if address.contains('@') => {
                if self.recipients.len() == MAX_RECIPIENTS {
                    return self.say("452 4.5.3 Too many recipients").await;
                }
                self.recipients.push(address.to_owned());
                self.say("250 2.1.5 OK").await
            }
            _ => self.say("501 5.1.3 Syntax: RCPT TO:<address>").await,
        }
    }

    async fn data(&mut self) -> io::Result<Next> {
        let Some(sender) = self.sender.clone().filter(|_| !self.recipients.is_empty()) else {
            self.say("503 5.5.1 Bad sequence of commands").await?;
            return Ok(Next::Listen);
        };
        self.say("354 End data with <CR><LF>.<CR><LF>").await?;
        self.acknowledge_at_once();
        let raw = self.content().await?;
        let recipients = std::mem::take(&mut self.recipients);
        self.forget();
        match raw.map(|raw| self.mailbox.receive(sender, recipients, raw)) {
            None => self.say("552 5.3.4 Message too big").await?,
            Some(Answer::Lost) => return Ok(Next::HangUp),
            Some(Answer::Given) => self.say("250 2.0.0 OK").await?,
        }
        Ok(Next::Listen)
    }

    /// The mail up to the lone dot, dots unstuffed; nothing when it is too big, having read it all the same.
    async fn content(&mut self) -> io::Result<Option<Vec<u8>>> {
        let (mut raw, mut too_big, mut line_start, mut after_cr) = (Vec::new(), false, true, false);
        loop {
            let chunk = self.line().await?.ok_or(io::ErrorKind::UnexpectedEof)?;
            if line_start && chunk == b".\r\n" {
                return Ok((!too_big).then_some(raw));
            }
            let stuffed = line_start && chunk.starts_with(b".");
            let kept = &chunk[usize::from(stuffed)..];
            too_big |= raw.len() + kept.len() > MAX_MAIL;
            if !too_big {
                raw.extend_from_slice(kept);
            }
            // A very long line comes in pieces: its end may be cut in two.
            line_start = chunk.ends_with(b"\r\n") || after_cr && chunk == b"\n";
            after_cr = chunk.ends_with(b"\r");
        }
    }

    /// A client that writes the end of a mail apart from its text has it held by its kernel until ours acknowledges the
    /// text, forty milliseconds later by habit: longer than all the rest of the conversation.
    fn acknowledge_at_once(&self) {
        #[cfg(target_os = "linux")]
        // Only slower when refused.
        let _ = self.reader.get_ref().as_ref().set_quickack(true);
    }

    fn greet(&mut self) {
        self.greeted = true;
        self.forget();
    }

    fn forget(&mut self) {
        self.sender = None;
        self.recipients.clear();
    }

    /// The next line with its end, or its first bytes when it is very long; nothing at the end of the stream.
    async fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let mut limited = (&mut self.reader).take(MAX_LINE);
        let read = tokio::time::timeout(PATIENCE, limited.read_until(b'\n', &mut line));
        read.await.map_err(|_| io::ErrorKind::TimedOut)??;
        Ok((!line.is_empty()).then_some(line))
    }

    async fn say(&mut self, answer: &str) -> io::Result<()> {
        self.writer.write_all(format!("{answer}\r\n").as_bytes()).await
    }
}

/// The address between angle brackets after `keyword`, and what follows it.
fn path<'a>(text: &'a str, keyword: &str) -> Option<(&'a str, &'a str)> {
    let head = text.get(..keyword.len())?;
    let rest = text[keyword.len()..].trim_start().strip_prefix('<')?;
    head.eq_ignore_ascii_case(keyword).then(|| rest.split_once('>')).flatten()
}
