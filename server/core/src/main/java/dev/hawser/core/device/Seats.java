package dev.hawser.core.device;

import dev.hawser.core.model.DeviceId;
import dev.hawser.core.model.DeviceKey;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The devices that are connected here, one wire each, by their users. Safe for all threads. */
final class Seats {
    /** Of each user in the order of their hellos. */
    private final Map<Owner, Map<DeviceId, Seat>> seats = new HashMap<>();

    private record Owner(TenantId tenant, UserId user) {
        static Owner of(DeviceKey device) {
            return new Owner(device.tenant(), device.user());
        }
    }

    /** @return the one that it takes the place of */
    synchronized Optional<Seat> put(Seat seat) {
        Map<DeviceId, Seat> own = seats.computeIfAbsent(Owner.of(seat.key()), _ -> new LinkedHashMap<>(2));
        Optional<Seat> before = Optional.ofNullable(own.remove(seat.key().device()));
        own.put(seat.key().device(), seat);
        return before;
    }

    /** Takes that very seat out; without effect where another has its place. */
    synchronized void remove(Seat seat) {
        seats.computeIfPresent(Owner.of(seat.key()), (_, own) -> {
            own.remove(seat.key().device(), seat);
            return own.isEmpty() ? null : own;
        });
    }

    synchronized Optional<Seat> find(DeviceKey device) {
        return Optional.ofNullable(seats.getOrDefault(Owner.of(device), Map.of()).get(device.device()));
    }

    /** The user's, the one that said hello last first. */
    synchronized List<Seat> of(TenantId tenant, UserId user) {
        return List.copyOf(new ArrayList<>(seats.getOrDefault(new Owner(tenant, user), Map.of()).values()).reversed());
    }

    synchronized List<Seat> all() {
        return seats.values().stream().flatMap(own -> own.values().stream()).toList();
    }

    synchronized int size() {
        return seats.values().stream().mapToInt(Map::size).sum();
    }
}
