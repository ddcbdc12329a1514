//! The smallest SMTP server that can refuse: keeps what it is given, answers what it is told.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

#[derive(Default)]
struct Memory {
    received: Vec<String>,
    to_recipients: Option<String>,
    to_content: Option<String>,
}

/// A listener on a free port of loopback.
pub struct Listener {
    pub url: String,
    memory: Arc<Mutex<Memory>>,
}

impl Listener {
    pub async fn start() -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", socket.local_addr().unwrap());
        let memory = Arc::<Mutex<Memory>>::default();
        let shared = Arc::clone(&memory);
        tokio::spawn(async move {
            while let Ok((stream, _)) = socket.accept().await {
                tokio::spawn(converse(stream, Arc::clone(&shared)));
            }
        });
        Self { url, memory }
    }

    /// Every message whose content came whole, refused or not.
    pub fn received(&self) -> Vec<String> {
        self.memory.lock().unwrap().received.clone()
    }

    pub fn answer_recipients_with(&self, answer: &str) {
        self.memory.lock().unwrap().to_recipients = Some(answer.into());
    }

    pub fn answer_content_with(&self, answer: &str) {
        self.memory.lock().unwrap().to_content = Some(answer.into());
    }
}

async fn converse(stream: TcpStream, memory: Arc<Mutex<Memory>>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 bonjour\r\n").await?;
    let (mut line, mut content) = (String::new(), None::<String>);
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let answer = match &mut content {
            Some(text) if line == ".\r\n" => {
                let mut memory = memory.lock().unwrap();
                memory.received.push(std::mem::take(text));
                content = None;
                memory.to_content.clone().unwrap_or_else(|| "250 pris".into())
            }
            Some(text) => {
                text.push_str(line.strip_prefix('.').unwrap_or(&line));
                continue;
            }
            None => match line.split(' ').next().unwrap_or_default().trim_end().to_uppercase().as_str() {
                "EHLO" => "250 essai".into(),
                "RCPT" => memory.lock().unwrap().to_recipients.clone().unwrap_or_else(|| "250 ok".into()),
                "DATA" => {
                    content = Some(String::new());
                    "354 allez-y".into()
                }
                _ => "250 ok".into(),
            },
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
}
