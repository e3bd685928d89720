package dev.hawser.gateway.edge;

import dev.hawser.core.model.Code;
import dev.hawser.core.model.Fault;
import dev.hawser.gateway.peer.AddressLimits;
import dev.hawser.gateway.peer.AddressLimits.Entrance;
import dev.hawser.gateway.peer.Client;
import dev.hawser.gateway.peer.IpAddresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * What one connection counts for, from its first byte to its end. A connection of a client counts as such; one of a trusted
 * proxy counts for the client of the request that it carries at the time. For the connection's event loop.
 */
final class Turnstile {
    private static final Duration A_WHILE = Duration.ofSeconds(1);

    private final AddressLimits limits;
    private final InetAddress peer;
    private final boolean proxy;
    /** Whom this is counted for; null for nobody. */
    private InetAddress counted;
    /** Why the connection is not welcome; null where it is. */
    private Fault unwelcome;

    private Turnstile(AddressLimits limits, InetAddress peer, boolean proxy) {
        this.limits = limits;
        this.peer = peer;
        this.proxy = proxy;
    }

    /** A new connection; empty where it is to be closed without a word. */
    static Optional<Turnstile> enter(Door door, InetSocketAddress remote) {
        InetAddress peer = IpAddresses.plain(remote.getAddress());
        Turnstile turnstile = new Turnstile(door.limits(), peer, door.proxies().trusts(peer));
        if (!turnstile.proxy) {
            if (!turnstile.count(peer)) {
                return Optional.empty();
            }
            turnstile.handshake(peer);
        }
        return Optional.of(turnstile);
    }

    InetAddress peer() {
        return peer;
    }

    /** @return whether there was a place, be it one for those who are told that there is none */
    private boolean count(InetAddress address) {
        Entrance entrance = limits.enter(address);
        if (entrance != Entrance.SHUT) {
            counted = address;
        }
        if (entrance != Entrance.FREE) {
            unwelcome = new Fault(Code.RATE_LIMITED, "Too many connections", A_WHILE);
        }
        return counted != null;
    }

    private void handshake(InetAddress address) {
        Duration wait = limits.handshake(address);
        if (unwelcome == null && !wait.isZero()) {
            unwelcome = new Fault(Code.RATE_LIMITED, "Too many connections in a short time", wait);
        }
    }

    /** A request is about to be handled. @return why it must not be; empty where it may */
    Optional<Fault> admit(Client client, boolean upgrades) {
        if (proxy) {
            leave();
            unwelcome = null;
            count(client.address());
            if (upgrades) {
                handshake(client.address());
            }
        }
        Duration wait = limits.request(client.address());
        if (unwelcome == null && !wait.isZero()) {
            return Optional.of(new Fault(Code.RATE_LIMITED, "Too many requests", wait));
        }
        return Optional.ofNullable(unwelcome);
    }

    /** The request has been answered. */
    void answered() {
        if (proxy) {
            leave();
        }
    }

    /** Counts for nobody any more. */
    void leave() {
        if (counted != null) {
            limits.leave(counted);
            counted = null;
        }
    }
}
