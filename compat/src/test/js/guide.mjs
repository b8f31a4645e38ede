// The guide's services for Node.js, over ioredis.
import Redis from 'ioredis';

export const port = Number(process.env.JACINTH_PORT);

export function connect(options = {}) {
  return new Redis({ host: '127.0.0.1', port, ...options });
}

export class CacheService {
  constructor(redis) {
    this.redis = redis;
  }

  async getCachedData(key) {
    const cached = await this.redis.get(key);
    return cached ? JSON.parse(cached) : null;
  }

  async setCachedData(key, data, ttl = 3600) {
    await this.redis.setex(key, ttl, JSON.stringify(data));
  }

  async invalidateCache(pattern) {
    const keys = await this.redis.keys(pattern);
    if (keys.length > 0) {
      await this.redis.del(...keys);
    }
  }
}

export class DistributedLock {
  constructor(redis) {
    this.redis = redis;
  }

  async acquireLock(lockKey, ttl = 30000) {
    const lockValue = `${Date.now()}-${Math.random()}`;
    const result = await this.redis.set(lockKey, lockValue, 'PX', ttl, 'NX');
    return result === 'OK' ? lockValue : null;
  }
}

export async function checkRedisHealth(redis) {
  try {
    await redis.ping();
    return { status: 'healthy', timestamp: new Date() };
  } catch (error) {
    return { status: 'unhealthy', error: error.message, timestamp: new Date() };
  }
}
