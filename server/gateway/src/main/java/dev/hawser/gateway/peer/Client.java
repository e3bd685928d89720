package dev.hawser.gateway.peer;

import java.net.InetAddress;

/**
 * Whom a request comes from, as far as that can be believed.
 *
 * @param address   of the socket's other end, or whom the proxies at that end name; plain
 * @param proxied   whether a trusted proxy sent it
 * @param secure    whether the client speaks TLS, to us or to the proxy
 * @param authority the host, and port where it has one, that the client asked for; empty where it named none
 */
public record Client(InetAddress address, boolean proxied, boolean secure, String authority) {

    /** What a browser calls a page that it was served under that authority (RFC 6454 §6.2). */
    public String origin() {
        return (secure ? "https://" : "http://") + authority;
    }

    /** For logs. */
    public String shown() {
        return address.getHostAddress();
    }
}
