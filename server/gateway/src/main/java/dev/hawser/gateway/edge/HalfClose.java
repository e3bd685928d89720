package dev.hawser.gateway.edge;

import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/** Says that nothing more is coming, while the peer may still read what was sent. For the channel's event loop. */
public final class HalfClose {
    private HalfClose() {}

    /** Call when everything has been flushed. A channel that cannot do it is closed. */
    public static void of(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (!(channel instanceof DuplexChannel duplex)) {
            channel.close();
        } else if (tls == null) {
            duplex.shutdownOutput();
        } else {
            tls.closeOutbound().addListener(_ -> duplex.shutdownOutput());
        }
    }
}
