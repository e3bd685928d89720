package dev.hawser.gateway.edge;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;

/** Where the edge's buffers come from. */
public enum Buffers {
    /** Arenas with size classes: the default. Long-lived small buffers do not hold large chunks. */
    POOLED,
    /** Netty's newer allocator, which follows what is asked for. */
    ADAPTIVE;

    ByteBufAllocator allocator() {
        return switch (this) {
            case POOLED -> PooledByteBufAllocator.DEFAULT;
            case ADAPTIVE -> new AdaptiveByteBufAllocator();
        };
    }
}
