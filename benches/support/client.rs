//! A person's browser reduced to what costs nothing: one connection kept open, blocking, no header but what matters.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

/// A connection, and the cookie it sends.
pub struct Client {
    stream: BufReader<TcpStream>,
    address: SocketAddr,
    cookie: String,
    body: Vec<u8>,
}

impl Client {
    /// Opens a connection.
    ///
    /// # Errors
    /// When nobody answers.
    pub fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self {
            stream: BufReader::with_capacity(64 * 1_024, stream),
            address,
            cookie: String::new(),
            body: Vec::new(),
        })
    }

    /// Another connection of the same person.
    ///
    /// # Errors
    /// When nobody answers.
    pub fn again(&self) -> Result<Self> {
        Ok(Self { cookie: self.cookie.clone(), ..Self::connect(self.address)? })
    }

    /// The value of the session's cookie.
    pub fn cookie(&self) -> &str {
        self.cookie.split_once('=').map_or("", |(_, value)| value)
    }

    /// Posts the login form and keeps the session's cookie.
    ///
    /// # Errors
    /// When the login is refused.
    pub fn log_in(&mut self, email: &str, password: &str) -> Result<()> {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("email", email), ("mot-de-passe", password)])
            .finish();
        let address = self.address;
        let head = format!(
            "POST /connexion HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        );
        let status = self.exchange(&head)?;
        ensure!(status == 303 && !self.cookie.is_empty(), "the login was answered {status}");
        Ok(())
    }

    /// Reads a page; it must be one.
    ///
    /// # Errors
    /// When anything but 200 comes back.
    pub fn page(&mut self, path: &str) -> Result<&str> {
        let head = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n", self.address, self.cookie);
        let status = self.exchange(&head)?;
        ensure!(status == 200, "{path} was answered {status}");
        Ok(std::str::from_utf8(&self.body)?)
    }

    fn exchange(&mut self, request: &str) -> Result<u16> {
        self.stream.get_mut().write_all(request.as_bytes())?;
        let (mut status, mut length) = (0, 0);
        for rank in 0.. {
            let mut line = String::new();
            self.stream.read_line(&mut line)?;
            match line.trim_end() {
                "" if rank == 0 => bail!("the connection was closed"),
                "" => break,
                first if rank == 0 => status = first.split(' ').nth(1).context("status line")?.parse()?,
                header => self.note(header, &mut length)?,
            }
        }
        self.body.resize(length, 0);
        self.stream.read_exact(&mut self.body)?;
        Ok(status)
    }

    fn note(&mut self, header: &str, length: &mut usize) -> Result<()> {
        let Some((name, value)) = header.split_once(':') else { bail!("{header}") };
        if name.eq_ignore_ascii_case("content-length") {
            *length = value.trim().parse()?;
        } else if name.eq_ignore_ascii_case("set-cookie") {
            // The other one only remembers a filter.
            let cookie = value.split(';').next().unwrap_or_default().trim();
            if cookie.starts_with("habilis=") {
                cookie.clone_into(&mut self.cookie);
            }
        }
        Ok(())
    }
}
