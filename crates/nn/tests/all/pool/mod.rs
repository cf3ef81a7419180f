mod adaptive;
mod sliding;
