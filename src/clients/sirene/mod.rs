//! stub
pub struct Client;
impl Client {
    pub fn new(_: &crate::config::SireneConfig) -> anyhow::Result<Self> {
        Ok(Self)
    }
}
