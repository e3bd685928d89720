/** The dialect {@code apigw}: what clients of an API Gateway WebSocket API speak. */
package dev.hawser.core.dialect.apigw;
