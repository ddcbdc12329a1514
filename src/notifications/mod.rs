//! stub
pub struct Post;
impl Post {
    pub fn new(_smtp_url: &str, _from: &str) -> anyhow::Result<Self> {
        Ok(Self)
    }
}
