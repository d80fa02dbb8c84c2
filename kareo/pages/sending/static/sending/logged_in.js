// The window that asked to log in again goes on by itself.
if (window.opener) window.close();
